/* HTML is made in one way: html`...` escapes all that is put into it, unless it is markup already; null, undefined and
 * false are nothing, an array is its parts. In C, for in JavaScript it took most of a usual Call. */

enum { DEEPEST = 64 /* arrays in arrays */ };

typedef struct Markup {
  size_t length, room;
  char text[];
} Markup;

static JSClassID markup_class;

static int add(JSContext *ctx, Markup **to, const char *text, size_t length) {
  size_t wanted = *to ? (*to)->length + length : length;
  if (!*to || wanted > (*to)->room) {
    size_t room = wanted + wanted / 2 + 64;
    Markup *grown = wanted < length ? NULL : arena_realloc(*to, sizeof(Markup) + room);
    if (!grown) {
      JS_ThrowOutOfMemory(ctx);
      return -1;
    }
    if (!*to) grown->length = 0;
    grown->room = room;
    *to = grown;
  }
  memcpy((*to)->text + (*to)->length, text, length);
  (*to)->length = wanted;
  return 0;
}

/* What stands for a character in HTML; NULL for one that stands for itself. */
static const char *entity(char one) {
  switch (one) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '`': return "&#96;";
    default: return NULL;
  }
}

static int add_escaped(JSContext *ctx, Markup **to, JSValueConst value) {
  size_t length, plain = 0;
  const char *text = JS_ToCStringLen(ctx, &length, value);
  if (!text) return -1;
  int failed = 0;
  for (size_t i = 0; i < length && !failed; i++) {
    const char *instead = entity(text[i]);
    if (!instead) continue;
    failed = add(ctx, to, text + plain, i - plain) || add(ctx, to, instead, strlen(instead));
    plain = i + 1;
  }
  if (!failed) failed = add(ctx, to, text + plain, length - plain);
  JS_FreeCString(ctx, text);
  return failed;
}

static int add_piece(JSContext *ctx, Markup **to, JSValueConst value, int depth) {
  if (JS_IsNull(value) || JS_IsUndefined(value)) return 0;
  if (JS_IsBool(value) && !JS_VALUE_GET_BOOL(value)) return 0;
  if (!JS_IsObject(value)) return add_escaped(ctx, to, value);
  Markup *markup = JS_GetOpaque(value, markup_class);
  if (markup) return add(ctx, to, markup->text, markup->length);
  if (!JS_IsArray(value)) return add_escaped(ctx, to, value);
  if (depth == DEEPEST) {
    JS_ThrowRangeError(ctx, "html: arrays lie too deep in each other");
    return -1;
  }
  int64_t length;
  if (JS_GetLength(ctx, value, &length)) return -1;
  for (int64_t i = 0; i < length; i++) {
    JSValue part = JS_GetPropertyInt64(ctx, value, i);
    int failed = JS_IsException(part) || add_piece(ctx, to, part, depth + 1);
    JS_FreeValue(ctx, part);
    if (failed) return -1;
  }
  return 0;
}

/* The markup as a value of the app's; takes it. */
static JSValue made(JSContext *ctx, Markup *markup, int failed) {
  JSValue value = failed || (!markup && add(ctx, &markup, "", 0)) ? JS_EXCEPTION : JS_NewObjectClass(ctx, markup_class);
  if (JS_IsException(value)) arena_free(markup);
  else JS_SetOpaque(value, markup);
  return value;
}

/* html`<p>${value}</p>` */
static JSValue js_html(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  Markup *markup = NULL;
  int failed = 0;
  for (int i = 0; i < argc && !failed; i++) {
    size_t length;
    JSValue part = JS_GetPropertyUint32(ctx, argv[0], (uint32_t)i);
    const char *text = JS_ToCStringLen(ctx, &length, part);
    failed = !text || add(ctx, &markup, text, length);
    if (text) JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, part);
    if (!failed && i + 1 < argc) failed = add_piece(ctx, &markup, argv[i + 1], 0);
  }
  return made(ctx, markup, failed);
}

static int add_attribute(JSContext *ctx, Markup **to, JSValueConst named, JSAtom name) {
  JSValue value = JS_GetProperty(ctx, named, name), label = JS_AtomToString(ctx, name);
  int failed = JS_IsException(value) || JS_IsException(label);
  int bare = JS_IsBool(value) && JS_VALUE_GET_BOOL(value);
  if (!failed && !JS_IsNull(value) && !JS_IsUndefined(value) && (bare || !JS_IsBool(value))) {
    failed = add(ctx, to, " ", 1) || add_escaped(ctx, to, label);
    if (!failed && !bare) failed = add(ctx, to, "=\"", 2) || add_piece(ctx, to, value, 0) || add(ctx, to, "\"", 1);
  }
  JS_FreeValue(ctx, label);
  JS_FreeValue(ctx, value);
  return failed;
}

/* attributes({ id: "x", required: true, hidden: false }) -> ` id="x" required` */
static JSValue js_attributes(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  JSPropertyEnum *names;
  uint32_t count;
  if (JS_GetOwnPropertyNames(ctx, &names, &count, argv[0], JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY)) return JS_EXCEPTION;
  Markup *markup = NULL;
  int failed = 0;
  for (uint32_t i = 0; i < count && !failed; i++) failed = add_attribute(ctx, &markup, argv[0], names[i].atom);
  JS_FreePropertyEnum(ctx, names, count);
  return made(ctx, markup, failed);
}

static JSValue js_markup_text(JSContext *ctx, JSValueConst self, int argc, JSValueConst *argv) {
  Markup *markup = JS_GetOpaque2(ctx, self, markup_class);
  return markup ? JS_NewStringLen(ctx, markup->text, markup->length) : JS_EXCEPTION;
}

static void markup_gone(JSRuntime *rt, JSValueConst value) { arena_free(JS_GetOpaque(value, markup_class)); }

static const JSClassDef markup_definition = {"Markup", .finalizer = markup_gone};

/* What the prelude gives to the app as `html` and `attributes`. 0 when all went well. */
static int give_html(JSContext *ctx, JSValueConst global) {
  JS_NewClassID(JS_GetRuntime(ctx), &markup_class);
  if (JS_NewClass(JS_GetRuntime(ctx), markup_class, &markup_definition)) return -1;
  JSValue prototype = JS_NewObject(ctx);
  give(prototype, "toString", js_markup_text, 0);
  JS_SetClassProto(ctx, markup_class, prototype);
  give(global, "html", js_html, 1);
  give(global, "attributes", js_attributes, 1);
  return 0;
}
