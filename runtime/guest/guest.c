/* The guest: QuickJS-NG behind six exports and three imports.
 *
 * Life of an instance: the build runs `slipway_boot` once and keeps the booted heap as the module's data. A deploy runs
 * `slipway_compile` with the app's source and, in another instance, `slipway_load` with the bytecode, and keeps the
 * pages that this changed. A Call runs `slipway_run` in a fresh instance that starts from both. Where the app asked for
 * something outside, the Call stops there: the host finds out, and `slipway_resume` goes on with the answers. A Call that
 * names a schedule is nobody's visit: it goes to the app's `scheduled` and its answer says only that it ended well.
 * What crosses is UTF-8 JSON, but for an answer's body; the host bounds-checks every pointer it is given.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "quickjs.h"

#include "arena.c"

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("slipway"), import_name(#name)))

/* Do what the JSON at `text` asks; the reply's length, or -1 when the host gave none. */
IMPORT(host_call) int32_t host_call(const char *text, int32_t length);
/* Copy the reply of the last host_call, of exactly `length` bytes, to `into`. */
IMPORT(host_take) void host_take(char *into, int32_t length);
/* Keep one line of the app's log; the host cuts what is too much. */
IMPORT(host_log) void host_log(const char *text, int32_t length);

/* What an export gives back, in the lowest two bits of its result. */
enum { ANSWERED = 0, FAILED = 1, WAITING = 2 };

/* Bytes that may be taken before the engine looks for cycles: a collection writes to every object, and to their pages. */
enum { UNCOLLECTED = 1024 * 1024 };

static JSRuntime *runtime;
static JSContext *context;
static JSValue handle;    /* the app's handle(call) */
static JSValue scheduled; /* the app's scheduled(call), or undefined */
static int by_schedule;   /* whether that is what runs */
static JSAtom schedule;   /* what names it in a Call */
static JSValue answer_of; /* the prelude's: what handle returned -> [head as JSON, body] */
static JSValue tell;      /* the prelude's: gives the answers to whoever asked, in the order of asking */
static JSValue returned;  /* what handle returned, while the Call waits */
static char *result;      /* the text that the last export gave; ours to free */
static int32_t result_length;
static char *asked; /* what was asked of the outside and is not handed over yet: a JSON list but for its end */
static size_t asked_length, asked_room;
static uint64_t random_state[2];

/* The clock of the guest: the host's time of the Call, in milliseconds. It does not move within a Call. */
int64_t slipway_now_ms;

static const char prelude[] = {
#include "prelude.inc"
};

/* ---- what the guest's JavaScript may call ------------------------------------------------------------------------ */

static JSValue js_host(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  size_t length;
  const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
  if (!text) return JS_EXCEPTION;
  int32_t reply_length = host_call(text, (int32_t)length);
  JS_FreeCString(ctx, text);
  if (reply_length < 0) return JS_ThrowInternalError(ctx, "the host gave no answer");
  char *reply = arena_alloc((size_t)reply_length + 1);
  if (!reply) return JS_ThrowOutOfMemory(ctx);
  host_take(reply, reply_length);
  reply[reply_length] = 0;
  JSValue value = JS_NewStringLen(ctx, reply, (size_t)reply_length);
  arena_free(reply);
  return value;
}

static JSValue js_log(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  size_t length;
  const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
  if (!text) return JS_EXCEPTION;
  host_log(text, (int32_t)length);
  JS_FreeCString(ctx, text);
  return JS_UNDEFINED;
}

/* Ask something of the outside; kept here, so that a Call that asks for nothing has nothing to look at. */
static JSValue js_later(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  size_t length;
  const char *text = JS_ToCStringLen(ctx, &length, argv[0]);
  if (!text) return JS_EXCEPTION;
  size_t wanted = asked_length + length + 2;
  if (wanted > asked_room) {
    char *grown = arena_realloc(asked, wanted + wanted / 2);
    if (!grown) {
      JS_FreeCString(ctx, text);
      return JS_ThrowOutOfMemory(ctx);
    }
    asked = grown;
    asked_room = wanted + wanted / 2;
  }
  asked[asked_length] = asked_length ? ',' : '[';
  memcpy(asked + asked_length + 1, text, length);
  asked_length += length + 1;
  JS_FreeCString(ctx, text);
  return JS_UNDEFINED;
}

/* xoroshiro128+ (Blackman, Vigna), seeded by the host for each Call: a snapshot must not freeze randomness. */
static uint64_t rotated(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static JSValue js_random(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  uint64_t a = random_state[0], b = random_state[1], sum = a + b;
  b ^= a;
  random_state[0] = rotated(a, 24) ^ b ^ (b << 16);
  random_state[1] = rotated(b, 37);
  return JS_NewFloat64(ctx, (double)(sum >> 11) * 0x1.0p-53);
}

/* splitmix64 spreads one seed over the state. */
static void seed(uint64_t from) {
  for (int i = 0; i < 2; i++) {
    from += 0x9e3779b97f4a7c15ULL;
    uint64_t x = from;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    random_state[i] = x ^ (x >> 31);
  }
}

/* ---- results ------------------------------------------------------------------------------------------------------ */

static int64_t packed(int tag) {
  return (int64_t)(((uint64_t)(uint32_t)(uintptr_t)result << 32) | ((uint64_t)(uint32_t)result_length << 2) | tag);
}

static int64_t keep(int tag, const char *text, size_t length) {
  arena_free(result);
  result = arena_alloc(length + 1);
  result_length = result ? (int32_t)length : 0;
  if (result) memcpy(result, text, length);
  return packed(tag);
}

/* The pending exception as text: its message, a newline, its stack. */
static int64_t failed(void) {
  JSValue error = JS_GetException(context);
  JSValue stack = JS_IsObject(error) ? JS_GetPropertyStr(context, error, "stack") : JS_UNDEFINED;
  const char *message = JS_ToCString(context, error);
  if (!message) {
    /* A Symbol, or an object whose toString throws: say what went wrong with it instead. */
    JSValue why = JS_GetException(context);
    message = JS_ToCString(context, why);
    JS_FreeValue(context, why);
  }
  const char *where = JS_IsString(stack) ? JS_ToCString(context, stack) : NULL;
  size_t length = (message ? strlen(message) : 0) + (where ? strlen(where) : 0) + 2;
  char *text = arena_alloc(length);
  int64_t kept;
  if (text && message) {
    strcpy(text, message);
    strcat(text, "\n");
    if (where) strcat(text, where);
    kept = keep(FAILED, text, strlen(text));
  } else {
    kept = keep(FAILED, "out of memory", 13);
  }
  arena_free(text);
  if (message) JS_FreeCString(context, message);
  if (where) JS_FreeCString(context, where);
  JS_FreeValue(context, stack);
  JS_FreeValue(context, error);
  return kept;
}

static void run_jobs(void) {
  JSContext *done;
  while (JS_ExecutePendingJob(runtime, &done) > 0) {
  }
}

/* A value, or what its promise came to; an exception when it was rejected or can never settle. Takes `value`. */
static JSValue settled(JSValue value) {
  if (!JS_IsObject(value) || (int)JS_PromiseState(context, value) < 0) return value;
  JSPromiseStateEnum state = JS_PromiseState(context, value);
  JSValue outcome = JS_PromiseResult(context, value);
  JS_FreeValue(context, value);
  if (state == JS_PROMISE_FULFILLED) return outcome;
  if (state == JS_PROMISE_REJECTED) return JS_Throw(context, outcome);
  JS_FreeValue(context, outcome);
  const char *whose = by_schedule ? "scheduled" : "handle";
  return JS_ThrowInternalError(context, "the promise that %s returned waits for nothing: it never settles", whose);
}

static void give(JSValue to, const char *name, JSCFunction *function, int arguments) {
  JS_SetPropertyStr(context, to, name, JS_NewCFunction(context, function, name, arguments));
}

#include "html.c"

/* ---- exports ------------------------------------------------------------------------------------------------------ */

/* Start the engine and run the prelude. 0 when all went well. */
EXPORT(slipway_boot) int32_t slipway_boot(void) {
  runtime = JS_NewRuntime2(&arena, NULL);
  if (!runtime) return 1;
  JS_SetMaxStackSize(runtime, 144 * 1024);
  context = JS_NewContext(runtime);
  if (!context) return 2;
  JSValue global = JS_GetGlobalObject(context);
  give(global, "__host", js_host, 1);
  give(global, "__log", js_log, 1);
  give(global, "__later", js_later, 1);
  give(global, "__random", js_random, 0);
  if (give_html(context, global)) return 4;
  JSValue ours = JS_Eval(context, prelude, sizeof(prelude) - 1, "slipway", JS_EVAL_TYPE_GLOBAL);
  JS_FreeValue(context, global);
  if (!JS_IsObject(ours)) return 3;
  answer_of = JS_GetPropertyUint32(context, ours, 0);
  tell = JS_GetPropertyUint32(context, ours, 1);
  JS_FreeValue(context, ours);
  handle = scheduled = returned = JS_UNDEFINED;
  schedule = JS_NewAtom(context, "schedule");
  JS_RunGC(runtime);
  JS_SetGCThreshold(runtime, arena_used + UNCOLLECTED);
  arena_settle();
  return 0;
}

/* Room for `length` bytes and a closing NUL, for the host to write to; 0 when there is none. */
EXPORT(slipway_alloc) void *slipway_alloc(int32_t length) {
  char *room = length < 0 ? NULL : arena_alloc((size_t)length + 1);
  if (room) room[length] = 0;
  return room;
}

/* Parse the app's module into the engine's bytecode. Takes `source`, which must end with NUL. */
EXPORT(slipway_compile) int64_t slipway_compile(char *source, int32_t length) {
  JSValue module = JS_Eval(context, source, (size_t)length, "app.js", JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(module)) return failed();
  size_t written;
  /* Without the functions' own text: an app would carry it into every Call. Lines for errors stay. */
  uint8_t *code = JS_WriteObject(context, &written, module, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
  return code ? keep(ANSWERED, (const char *)code, written) : failed();
}

/* Evaluate bytecode of this very engine once and find what the app exports; apart from parsing, so that an app does not
 * carry what its parser left behind. Takes `code`. */
EXPORT(slipway_load) int64_t slipway_load(uint8_t *code, int32_t length) {
  JSValue module = JS_ReadObject(context, code, (size_t)length, JS_READ_OBJ_BYTECODE);
  memset(code, 0, (size_t)length); /* pages of zeros are no part of what is kept of an app */
  arena_free(code);
  if (JS_IsException(module)) return failed();
  JSModuleDef *definition = JS_VALUE_GET_PTR(module);
  JSValue evaluating = JS_EvalFunction(context, module);
  run_jobs();
  JSValue evaluated = settled(evaluating);
  if (JS_IsException(evaluated)) return failed();
  JS_FreeValue(context, evaluated);
  if (asked_length) {
    JS_ThrowTypeError(context, "nothing outside can be asked for while app.js loads");
    return failed();
  }
  JSValue exports = JS_GetModuleNamespace(context, definition);
  handle = JS_GetPropertyStr(context, exports, "handle");
  scheduled = JS_GetPropertyStr(context, exports, "scheduled");
  JS_FreeValue(context, exports);
  if (!JS_IsFunction(context, handle)) {
    JS_ThrowTypeError(context, "app.js must have `export function handle(call)`");
    return failed();
  }
  JS_SetGCThreshold(runtime, arena_used + UNCOLLECTED);
  return keep(ANSWERED, "", 0);
}

/* Head and body of an answer, with a newline between them: there is none in the head. Takes `parts`. */
static int64_t answered(JSValue parts) {
  JSValue first = JS_GetPropertyUint32(context, parts, 0), second = JS_GetPropertyUint32(context, parts, 1);
  Markup *markup = JS_IsObject(second) ? JS_GetOpaque(second, markup_class) : NULL;
  size_t head_length, body_length;
  const char *head = JS_ToCStringLen(context, &head_length, first);
  const char *said = markup ? NULL : JS_ToCStringLen(context, &body_length, second);
  const char *body = markup ? markup->text : said;
  int64_t kept;
  if (head && body) {
    if (markup) body_length = markup->length;
    arena_free(result);
    result = arena_alloc(head_length + 1 + body_length);
    result_length = 0;
    if (result) {
      memcpy(result, head, head_length);
      result[head_length] = '\n';
      memcpy(result + head_length + 1, body, body_length);
      result_length = (int32_t)(head_length + 1 + body_length);
    }
    kept = packed(ANSWERED);
  } else {
    kept = failed();
  }
  if (head) JS_FreeCString(context, head);
  if (said) JS_FreeCString(context, said);
  JS_FreeValue(context, first);
  JS_FreeValue(context, second);
  JS_FreeValue(context, parts);
  return kept;
}

/* The answer of a Call that nobody waits for. */
static const char done[] = "{\"status\":204,\"headers\":{}}\n";

/* Go on until the app answered, failed, or waits. What it asked for and does not wait for comes before its answer, but
 * not before its failure. */
static int64_t proceed(void) {
  if (JS_IsException(returned)) return failed();
  run_jobs();
  int over = JS_IsObject(returned) && JS_PromiseState(context, returned) == JS_PROMISE_REJECTED;
  if (asked_length && !over) {
    asked[asked_length] = ']';
    size_t length = asked_length + 1;
    asked_length = 0;
    return keep(WAITING, asked, length);
  }
  JSValue value = settled(returned);
  returned = JS_UNDEFINED;
  if (JS_IsException(value)) return failed();
  if (by_schedule) {
    JS_FreeValue(context, value);
    return keep(ANSWERED, done, sizeof(done) - 1);
  }
  JSValue parts = JS_Call(context, answer_of, JS_UNDEFINED, 1, &value);
  JS_FreeValue(context, value);
  return JS_IsException(parts) ? failed() : answered(parts);
}

/* One Call: JSON in; out comes the answer's head as JSON, a newline, and its body as it is; or what it waits for, as a
 * JSON list. Takes `call`. */
EXPORT(slipway_run) int64_t slipway_run(char *call, int32_t length, int64_t seeded, int64_t now_ms) {
  seed((uint64_t)seeded);
  slipway_now_ms = now_ms;
  JSValue argument = JS_ParseJSON(context, call, (size_t)length, "call");
  arena_free(call);
  if (JS_IsException(argument)) return failed();
  /* Its own: an app may have put one into every object. */
  by_schedule = JS_GetOwnProperty(context, NULL, argument, schedule) > 0;
  if (by_schedule && !JS_IsFunction(context, scheduled)) {
    JS_FreeValue(context, argument);
    JS_ThrowTypeError(context, "app.js must have `export function scheduled(call)`, for its Manifest has a schedule");
    return failed();
  }
  returned = JS_Call(context, by_schedule ? scheduled : handle, JS_UNDEFINED, 1, &argument);
  JS_FreeValue(context, argument);
  return proceed();
}

/* Go on with a Call that waits: a JSON list of one answer for each thing it asked for. Takes `answers`. */
EXPORT(slipway_resume) int64_t slipway_resume(char *answers, int32_t length) {
  JSValue argument = JS_ParseJSON(context, answers, (size_t)length, "answers");
  arena_free(answers);
  if (JS_IsException(argument)) return failed();
  JSValue told = JS_Call(context, tell, JS_UNDEFINED, 1, &argument);
  JS_FreeValue(context, argument);
  if (JS_IsException(told)) return failed();
  JS_FreeValue(context, told);
  return proceed();
}

#include "wasi.c"
