#ifndef PROFILE_MAKER_H
#define PROFILE_MAKER_H

/*
 * Profiles whose every figure is known: a test plays allocations and frees,
 * and gets the bytes that a program doing just that would have left.  The laws
 * of format/np_format.h hold after each call.  One thread; a test that runs
 * out of memory ends.
 *
 *      m = maker_create(0);
 *      node = maker_frame(m, maker_frame(m, 0, outer), inner);
 *      s = maker_site(m, node);
 *      maker_alloc(m, s, 0, 100, 3);
 *      maker_free(m, s, 0, 100, 1, &life);
 *      maker_write(m, "some.prof");
 */

#include <stddef.h>
#include <stdint.h>

#include "format/np_format.h"

typedef struct maker_s maker_t;

/* how objects lived that are freed */
typedef struct {
    uint64_t clock; /* bytes allocated meanwhile */
    uint32_t ms;
    unsigned remote; /* freed by a thread that did not allocate them */
    unsigned lifo;   /* each was the youngest of its thread */
    unsigned runs;   /* of consecutive frees that these are */
} maker_life_t;

/* interval: bytes between samples, 0 for an exact profile; a sampled one
 * counts samples, each of them weighted */
maker_t *maker_create(uint64_t interval);
void     maker_destroy(maker_t *m);

/* figures that no call below keeps may be set there */
np_format_header_t *maker_header(maker_t *m);

void maker_argument(maker_t *m, const char *s);

/* returned records may be completed until the next one of their kind */
np_format_module_t *maker_module(maker_t *m, const char *path, uint64_t start,
                                 uint64_t end, uint64_t bias);
np_format_thread_t *maker_thread(maker_t *m, uint32_t tid, const char *name);
np_format_pool_t   *maker_pool(maker_t *m, uint32_t size);
np_format_block_t  *maker_block(maker_t *m, uint64_t start, uint64_t bytes);

/* those of this process, build-ids included, its program first */
void maker_own_modules(maker_t *m);

/* the node of address under parent, made if need be; 0 is the root */
uint32_t maker_frame(maker_t *m, uint32_t parent, uint64_t address);

/* a new one, without a search for one that is there */
uint32_t maker_node(maker_t *m, uint32_t parent, uint64_t address);

/* the node of n addresses, leaf first */
uint32_t maker_stack(maker_t *m, void *const *frame, unsigned n);

/* a site of its own at this node */
uint32_t          maker_site(maker_t *m, uint32_t node);
np_format_site_t *maker_site_at(maker_t *m, uint32_t site);

/* n objects of size bytes, in slots of the next multiple of 16, by the thread
 * of that index; by none, if there is no such thread */
void maker_alloc(maker_t *m, uint32_t site, uint32_t thread, uint64_t size,
                 unsigned n);
void maker_free(maker_t *m, uint32_t site, uint32_t thread, uint64_t size,
                unsigned n, const maker_life_t *life);

/* an object of the site grows from `from` to `to` bytes; moved: by a copy */
void maker_grow(maker_t *m, uint32_t site, uint64_t from, uint64_t to,
                unsigned moved);

/* bytes that the site pins from now on */
void maker_pin(maker_t *m, uint32_t site, uint64_t bytes);

/* time goes on; an entry of the time line is made */
void maker_tick(maker_t *m, uint32_t ms, uint64_t rss, uint64_t heap,
                uint64_t large);

/* the profile's bytes, for free(); 0 in the spare room of the tables */
unsigned char *maker_image(maker_t *m, size_t *size);
int            maker_write(maker_t *m, const char *path);

#endif
