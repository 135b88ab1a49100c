#define _GNU_SOURCE
#include "CWipingFree.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

// The C library's own, which keeps that name for those who replace it. A build with a sanitizer has another allocator, and
// must not be linked with this.
void __libc_free(void *memory);

void free(void *memory) {
  if (!memory) return;
  explicit_bzero(memory, malloc_usable_size(memory));
  __libc_free(memory);
}

// The C library's would move a block and give back the old one without a word to `free`, or cut off its end. Large blocks are
// copied, which it need not: nothing here makes one grow often.
void *realloc(void *memory, size_t count) {
  if (!memory) return malloc(count);
  if (count == 0) {
    free(memory);
    return NULL;
  }
  size_t held = malloc_usable_size(memory);
  if (count <= held && count >= held / 2) return memory;
  void *moved = malloc(count);
  // To cut a block off must not fail: its caller has nothing to do then.
  if (!moved) return count <= held ? memory : NULL;
  memcpy(moved, memory, count < held ? count : held);
  free(memory);
  return moved;
}
