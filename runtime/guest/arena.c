/* Memory for the engine: blocks lie one behind the other, and freed blocks wait by their size.
 *
 * A fresh instance costs what its Call writes, page by page. The C library keeps a slab of 64 KB for each size, so that
 * a small app wrote to a page of each; here what belongs together lies together. A last block that grows, such as a
 * text that is added to, grows where it lies.
 */
#include <stddef.h>

enum {
  HEAD = 8,               /* bytes before each block: its size with them; blocks lie on multiples of 16, less these */
  FINE = 1024,            /* up to this size classes are 16 bytes apart, above four to an octave */
  MOST = 1 << 30,
  CLASSES = FINE / 16 + 20 * 4,
  WASM_PAGE = 64 * 1024,
  FIRST_PAGES = 16,       /* in the image: an app and a Call that fit in them grow no memory */
  FURTHER_PAGES = 4
};

typedef struct Freed { struct Freed *next; } Freed;

static char *at, *end; /* what is left */
static Freed *freed[CLASSES];
static size_t arena_used;

static uint32_t *head(void *block) { return (uint32_t *)((char *)block - HEAD); }

/* The class of a size with its head; `*size` becomes what its blocks have. */
static int class_of(size_t *size) {
  if (*size <= FINE) {
    *size = (*size + 15) & ~(size_t)15;
    return (int)(*size / 16 - 1);
  }
  int octave = 31 - __builtin_clz((uint32_t)(*size - 1));
  size_t step = (size_t)1 << (octave - 2);
  *size = (*size + step - 1) & ~(step - 1);
  return FINE / 16 + (octave - 10) * 4 + (int)((*size - ((size_t)1 << octave)) / step) - 1;
}

/* Whether so many bytes are left, after growing the memory if need be. */
static int room_for(size_t size) {
  size_t left = (size_t)(end - at);
  if (left >= size) return 1;
  size_t least = (size - left + WASM_PAGE) / WASM_PAGE, pages = end ? FURTHER_PAGES : FIRST_PAGES;
  if (pages < least) pages = least;
  size_t before = __builtin_wasm_memory_grow(0, pages);
  if (before == (size_t)-1) before = __builtin_wasm_memory_grow(0, pages = least);
  if (before == (size_t)-1) return 0;
  char *start = (char *)(before * WASM_PAGE);
  if (start != end) at = start + 16 - HEAD;
  end = start + pages * WASM_PAGE;
  return (size_t)(end - at) >= size;
}

static void *arena_alloc(size_t wanted) {
  if (wanted > MOST - HEAD) return NULL;
  size_t size = wanted + HEAD;
  int class = class_of(&size);
  void *block = freed[class];
  if (block) {
    freed[class] = ((Freed *)block)->next;
  } else {
    if (!room_for(size)) return NULL;
    block = at + HEAD;
    at += size;
    *head(block) = (uint32_t)size;
  }
  arena_used += size;
  return block;
}

static void arena_free(void *block) {
  if (!block) return;
  size_t size = *head(block);
  arena_used -= size;
  int class = class_of(&size);
  ((Freed *)block)->next = freed[class];
  freed[class] = block;
}

static void *arena_realloc(void *block, size_t wanted) {
  if (!block) return arena_alloc(wanted);
  if (!wanted) {
    arena_free(block);
    return NULL;
  }
  if (wanted > MOST - HEAD) return NULL;
  size_t had = *head(block), size = wanted + HEAD;
  if (size <= had && size >= had / 2) return block;
  class_of(&size);
  if (size > had && (char *)block - HEAD + had == at && room_for(size - had) && (char *)block - HEAD + had == at) {
    at += size - had;
    arena_used += size - had;
    *head(block) = (uint32_t)size;
    return block;
  }
  void *moved = arena_alloc(wanted);
  if (!moved) return NULL;
  memcpy(moved, block, had - HEAD < wanted ? had - HEAD : wanted);
  arena_free(block);
  return moved;
}

/* What is taken from now on lies together, on pages of its own: an app beside the booted engine, not in its gaps. */
static void arena_settle(void) {
  memset(freed, 0, sizeof freed);
  size_t gap = (HEAD - (size_t)at) & 4095;
  if (room_for(gap)) at += gap;
}

static void *engine_calloc(void *self, size_t count, size_t size) {
  if (size && count > MOST / size) return NULL;
  void *block = arena_alloc(count * size);
  if (block) memset(block, 0, count * size);
  return block;
}
static void *engine_malloc(void *self, size_t size) { return arena_alloc(size); }
static void engine_free(void *self, void *block) { arena_free(block); }
static void *engine_realloc(void *self, void *block, size_t size) { return arena_realloc(block, size); }
static size_t engine_size(const void *block) { return block ? *head((void *)block) - HEAD : 0; }

static const JSMallocFunctions arena = {engine_calloc, engine_malloc, engine_free, engine_realloc, engine_size};
