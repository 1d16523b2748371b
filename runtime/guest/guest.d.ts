// What an app finds, for an editor. The words for it are in docs/authoring.md.

interface Visitor {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly owner: boolean;
}

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query: Record<string, string[]>;
  readonly form: Record<string, string[]>;
  readonly visitor: Visitor;
  readonly now: number;
  readonly requestId: string;
  readonly stage: "preview" | "live";
  readonly csrf: string;
}

// What `export function scheduled(call)` gets: nobody visits, so there is no visitor and nothing that was sent.
interface ScheduledCall {
  readonly schedule: string;
  readonly due: number;
  readonly now: number;
  readonly requestId: string;
  readonly stage: "preview" | "live";
}
type Scheduled = (call: ScheduledCall) => unknown;

type Answer = string | Markup | { status?: number; headers?: Record<string, string>; body?: string | Markup };
type Handle = (call: Call) => Answer | Promise<Answer>;

type Value = string | number | boolean | string[] | null;
type Fields = Record<string, Value>;
type Row = Fields & { readonly id: string; readonly at: number; readonly by: string };
interface Wanted {
  where?: Fields;
  orderBy?: string;
  desc?: boolean;
  limit?: number;
  offset?: number;
}

declare const store: {
  insert(table: string, row: Fields): string;
  get(table: string, id: string): Row | null;
  list(table: string, wanted?: Wanted): Row[];
  count(table: string, where?: Fields): number;
  update(table: string, id: string, changes: Fields): boolean;
  remove(table: string, id: string): boolean;
  transaction<T>(work: () => T): T;
};
declare function notify(text: string): void;

type Kind =
  | "blocked" | "preview" | "limit" | "secret" | "too_large" | "timeout" | "failed" | "unavailable" | "bad_request" | "token";
interface Asked {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  headers?: Record<string, string>;
  body?: string;
}
interface Fetched {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly encoding: "text" | "base64";
}
declare const egress: { fetch(url: string, asked?: Asked): Promise<Fetched> };
declare const mail: { send(letter: { to: string | string[]; subject: string; text: string }): Promise<{ sent: true }> };
declare class EgressError extends Error {
  readonly kind: Kind;
}
declare class MailError extends Error {
  readonly kind: Kind;
}
declare const clock: { now(): number };

declare function log(...values: unknown[]): void;

interface Markup {
  toString(): string;
}
declare function html(strings: TemplateStringsArray, ...values: unknown[]): Markup;
declare function attributes(named: Record<string, unknown>): Markup;
