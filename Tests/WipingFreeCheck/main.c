// What `free` and `realloc` of CWipingFree must do. Prints what they do not, and then exits with 1.
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int faults;

static void check(int holds, const char *what) {
  if (holds) return;
  printf("%s\n", what);
  faults++;
}

// The C library keeps its lists in the first 32 bytes of a block that was given back, and its size in the last 8.
static int isZero(uintptr_t block, size_t count) {
  const volatile unsigned char *bytes = (const volatile unsigned char *)block;
  for (size_t place = 32; place + 8 < count; place++) if (bytes[place]) return 0;
  return 1;
}

static int holds(const unsigned char *block, size_t count, unsigned char byte) {
  for (size_t place = 0; place < count; place++) if (block[place] != byte) return 0;
  return 1;
}

// By way of a number: what it points to is not to be used any more, but to be looked at.
static uintptr_t freed(void *block, size_t count) {
  memset(block, 'x', count);
  uintptr_t place = (uintptr_t)block;
  free(block);
  return place;
}

static void checkFree(void) {
  const size_t sizes[] = {40, 200, 1000, 4000, 60000};
  for (size_t number = 0; number < sizeof sizes / sizeof *sizes; number++) {
    size_t count = sizes[number];
    // So that it is not joined with what is free behind it.
    void *volatile fence;
    void *block = malloc(count);
    fence = malloc(24);
    check(isZero(freed(block, count), count), "malloc, free: the content stays");
    free(fence);
  }
  void *aligned = NULL;
  check(posix_memalign(&aligned, 256, 1000) == 0, "posix_memalign fails");
  void *volatile fence = malloc(24);
  check(isZero(freed(aligned, 1000), 1000), "posix_memalign, free: the content stays");
  free(fence);
  free(calloc(10, 100));
  free(NULL);
  errno = EXDEV;
  free(malloc(100));
  check(errno == EXDEV, "free changes errno");
}

static void checkRealloc(void) {
  unsigned char *block = realloc(NULL, 100);
  check(block != NULL, "realloc of NULL gives nothing");
  memset(block, 'a', 100);
  void *volatile fence = malloc(24);
  uintptr_t old = (uintptr_t)block;
  block = realloc(block, 5000);
  check(holds(block, 100, 'a'), "growing loses content");
  check((uintptr_t)block == old || isZero(old, 100), "growing leaves the content behind");
  memset(block, 'b', 5000);
  old = (uintptr_t)block;
  block = realloc(block, 300);
  check(holds(block, 300, 'b'), "shrinking loses content");
  check((uintptr_t)block == old || isZero(old, 5000), "shrinking leaves the content behind");
  block = realloc(block, 3 << 20);
  check(holds(block, 300, 'b'), "growing to a mapped block loses content");
  memset(block, 'c', 3 << 20);
  block = realloc(block, 6 << 20);
  check(holds(block, 3 << 20, 'c'), "growing a mapped block loses content");
  check(realloc(block, 0) == NULL, "realloc to 0 gives a block");
  free(fence);
}

int main(void) {
  checkFree();
  checkRealloc();
  return faults > 0;
}
