/* Counts what a process asks malloc and its kin for, calls and bytes; at its end they are written to the file
   BENCH_ALLOCATIONS. Preloaded, so that what Rust, CPython, V8 and gRPC's core ask for is counted alike. A realloc counts
   as one call and as the bytes of its new size. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_ulong calls, bytes;
static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_memalign)(size_t, size_t);
static void (*real_free)(void *);

/* dlsym asks for memory itself, before there is anyone to ask: it gets this, which is never given back. */
static char early[16384] __attribute__((aligned(16)));
static size_t early_used;

static void *from_early(size_t size) {
    size_t begin = early_used;
    early_used += (size + 15) & ~(size_t)15;
    if (early_used > sizeof early) abort();
    return early + begin;
}

static int is_early(void *pointer) { return (char *)pointer >= early && (char *)pointer < early + sizeof early; }

static int prepare(void) {
    static int preparing;
    if (real_free) return 1;
    if (preparing) return 0;
    preparing = 1;
    real_malloc = dlsym(RTLD_NEXT, "malloc");
    real_calloc = dlsym(RTLD_NEXT, "calloc");
    real_realloc = dlsym(RTLD_NEXT, "realloc");
    real_memalign = dlsym(RTLD_NEXT, "memalign");
    real_free = dlsym(RTLD_NEXT, "free");
    return 1;
}

static void count(size_t size) {
    atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
}

void *malloc(size_t size) {
    if (!prepare()) return from_early(size);
    count(size);
    return real_malloc(size);
}

void *calloc(size_t number, size_t size) {
    if (!prepare()) return from_early(number * size);
    count(number * size);
    return real_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
    if (!prepare()) return from_early(size);
    count(size);
    if (!is_early(pointer)) return real_realloc(pointer, size);
    void *moved = real_malloc(size);
    size_t there = (size_t)(early + sizeof early - (char *)pointer);
    if (moved) memcpy(moved, pointer, size < there ? size : there);
    return moved;
}

void free(void *pointer) {
    if (is_early(pointer) || !prepare()) return;
    real_free(pointer);
}

void *memalign(size_t alignment, size_t size) {
    if (!prepare()) abort();
    count(size);
    return real_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    void *found = memalign(alignment, size);
    if (!found) return ENOMEM;
    *pointer = found;
    return 0;
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("BENCH_ALLOCATIONS");
    unsigned long called = atomic_load(&calls), asked = atomic_load(&bytes);
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%lu %lu\n", called, asked);
    fclose(file);
}
