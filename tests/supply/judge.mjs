// Others' opinion on what Slipway signs and lists: reads cases as JSON from standard input, writes a verdict each.
// It uses @sigstore/bundle and @sigstore/verify for signatures, @cyclonedx/cyclonedx-library for SBOMs, and nothing of ours.
import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { bundleFromJSON } from "@sigstore/bundle";
import { toSignedEntity, Verifier } from "@sigstore/verify";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function must(truth, why) {
  if (!truth) throw new Error(why);
}

function signed({ signature, keys, bundle, sbom }) {
  const parsed = bundleFromJSON(JSON.parse(Buffer.from(signature, "base64")));
  const trust = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey(hint) {
      must(keys[hint], `no key ${hint}`);
      return { publicKey: createPublicKey(keys[hint]), validFor: () => true };
    },
  };
  const offline = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
  new Verifier(trust, offline).verify(toSignedEntity(parsed));
  const envelope = parsed.content.dsseEnvelope;
  must(envelope.payloadType === "application/vnd.in-toto+json", "another type of payload");
  const statement = JSON.parse(envelope.payload);
  must(statement._type === "https://in-toto.io/Statement/v1", "no in-toto statement");
  must(statement.predicateType === "https://slsa.dev/provenance/v1", "no SLSA provenance");
  must(statement.subject.some((one) => one.digest.sha256 === bundle), "about something else");
  const listed = statement.predicate.runDetails.byproducts.find((one) => one.name === "sbom.cdx.json");
  must(listed.digest.sha256 === sha256(Buffer.from(sbom, "base64")), "another SBOM");
}

async function listed({ sbom }) {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  const problem = await validator.validate(Buffer.from(sbom, "base64").toString());
  must(problem === null, `no CycloneDX 1.6: ${JSON.stringify(problem)}`);
}

const verdicts = {};
for (const [name, one] of Object.entries(JSON.parse(readFileSync(0)))) {
  try {
    if (one.signature !== undefined) signed(one);
    await listed(one);
    verdicts[name] = "";
  } catch (error) {
    if (error.name === "MissingOptionalDependencyError") throw error;
    verdicts[name] = String(error.message || error);
  }
}
console.log(JSON.stringify(verdicts));
