#ifndef NP_MODE_H
#define NP_MODE_H

/*
 * What a process does more when it was asked to count its calls
 * (NGXPOOL_REPORT) or to check them (NGXPOOL_CHECK=1).  Each call takes the
 * slow way then, which calls these; with neither, nothing here runs.
 *
 * How many bytes were asked for stands in the window's side area: 16 bits a
 * slot, 128 bytes a word; of a watched object (np_watch.h), in its note.  In
 * check mode an object is followed by a redzone,
 *
 *      | n bytes of 0xa5 | redzone of 0xfd: 16 bytes |
 *
 * which must be untouched when the object is freed or resized; a large block
 * with guard pages has less of it, or none.  A freed object is filled with
 * 0xdf, marked as held in the side area or its record, and goes into
 * quarantine (np_quarantine.h).
 *
 * h is the calling thread's heap.
 */

#include "heap/np_heap.h"
#include "heap/np_large_block.h"

#define NP_MODE_REDZONE 16
#define NP_MODE_FREED   0xdf


NP_INLINE size_t
np_mode_redzone(const np_heap_t *h)
{
    return h->modes & NP_MODE_CHECK ? NP_MODE_REDZONE : 0;
}


/* slot k of w was handed out for n bytes */
void np_mode_alloc_slot(np_heap_t *h, np_word_t *w, unsigned k, size_t n);

/* slot k of w is about to be freed: 1; 0 if its redzone was written to, or it
 * is held already, and the process goes on */
int np_mode_free_slot(np_heap_t *h, np_word_t *w, unsigned k);

void np_mode_alloc_large(np_heap_t *h, np_large_t *l, size_t n);

/* likewise */
int np_mode_free_large(np_heap_t *h, np_large_t *l);

/* an object is about to be made longer or shorter, here or elsewhere */
void np_mode_resize(void);

/* the object is made n bytes long where it is: 1; 0 if its redzone was
 * written to and the process goes on */
int np_mode_resize_slot(np_word_t *w, unsigned k, size_t n);

/* 1 if l may be resized: its redzone is whole */
int np_mode_check_large(const np_large_t *l);

/* l was made n bytes long; before it had `old` bytes to use */
void np_mode_resize_large(np_large_t *l, size_t n, size_t old);

/* bytes asked for in slot k of w, by the side area; check mode */
size_t np_mode_requested(const np_word_t *w, unsigned k);

/* 1 if slot k of w is freed, and held back; check mode */
int np_mode_is_held(const np_word_t *w, unsigned k);

/* bytes asked for of the object at m, whose word or large block it is */
size_t np_mode_asked(const char *m, const void *record);

/* 1 unless the object at m was not asked for as n bytes at a multiple of
 * align, as far as m is an object (C23: free_sized; C++: sized delete), and
 * the process goes on; check mode */
int np_mode_check_sized(const void *m, size_t n, size_t align);

/* room in the side area for all records there are; 0 or -1.  Runs lock. */
int np_mode_reach_locked(void);

#endif
