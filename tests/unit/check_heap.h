#ifndef CHECK_HEAP_H
#define CHECK_HEAP_H

/*
 * What the tests of the heap share: the calls a program would make, random
 * numbers that are the same each time, other threads, and the laws that hold
 * whatever was done.
 */

#include <stddef.h>
#include <stdint.h>

#include "check_suite.h"
#include "heap/np_heap.h"
#include "heap/np_stats.h"

/* malloc, free and realloc as the preloaded library makes them */
void *check_alloc(size_t n);
void  check_free(void *m);

/* the word of a slot of class c, which m is */
np_word_t *check_word(const void *m);

/* a number below n > 0; the sequence is the same in each test */
uint64_t check_random(uint64_t n);

/* run(arg) in a thread of its own, whose end is waited for; its result */
void *check_in_thread(void *(*run)(void *), void *arg);

/* n bytes at m become a pattern of their own, and are that still */
void check_fill(void *m, size_t n, unsigned seed);
int  check_filled(const void *m, size_t n, unsigned seed);

/* all n bytes at m are c */
int check_all(const void *m, int c, size_t n);

/* options as in the environment, before the first allocation */
void check_option(const char *name, const char *value);

/* from now on no memory is mapped, and the last record that has something
 * beside it (np_mode_reach_locked) is taken, but not the last of all; bytes of
 * records */
size_t check_records_without_side(void);

/* all heaps, the orphans and the runs are valid, and the
 * figures agree with each other; no other thread allocates meanwhile */
void check_laws(void);

/* a snapshot, laws included */
void check_snapshot(np_stats_t *s);

/* granules in runs */
size_t check_used(void);

#endif
