#ifndef NP_WATCH_H
#define NP_WATCH_H

/*
 * Watched objects: those that a profiler wants to hear of again when they
 * die.  With each stands a note of 16 bytes that is the watcher's, in an area
 * of the window beside the records, so that a free finds it in O(1):
 *
 *      marks area    one 64-bit set a record: which of its slots are watched
 *      notes area    64 notes a record (a large block uses the first)
 *
 * Who watches is not known here: it hangs a table of hooks in.  Either every
 * object is watched (NP_MODE_EXACT: each call takes the slow way), or samples
 * are (NP_MODE_SAMPLE: np_sample.h).  A word with a mark carries no owner, so
 * that frees into it take the slow way and look; objects that nobody watches
 * lie in other words and pay nothing.  While a thread samples, the owner of its
 * current words with marks is its heap, and a bit that no thread pointer has:
 * there is a short way for frees of the other objects there
 * (np_free_beside()).  When nobody ever watched, nothing of this is
 * mapped and no path comes here.
 *
 * A thread learns at its next slow path that watching has begun or ended
 * (np_watch_notice), and np_watch_begin() sees to it that this is soon.
 *
 * Hooks run on the thread that calls malloc or free, after the object was
 * taken and before it is freed, with no lock held; they may allocate, and are
 * then called again (it is theirs to notice).
 */

#include <stddef.h>
#include <stdint.h>

#include "heap/np_heap.h"
#include "heap/np_large_block.h"

typedef struct {
    uint32_t site;
    uint32_t ms;
    uint64_t clock : 48;
    uint64_t n : 16; /* bytes asked for, of a slot */
} np_watch_note_t;

/* how an object came to be */
typedef struct {
    size_t n;     /* bytes asked for */
    size_t size;  /* bytes given */
    size_t old;   /* by realloc: bytes that it had, 0 otherwise */
    int    moved; /* by realloc: they were copied */
} np_watch_birth_t;

typedef struct {
    /* *thread is what the watcher keeps for the calling thread, NULL at
     * first; fills the note but for n */
    void (*born)(void **thread, const np_watch_birth_t *birth,
                 np_watch_note_t *note);
    /* resized: realloc goes on with what it held */
    void (*died)(void **thread, size_t n, size_t size,
                 const np_watch_note_t *note, int resized);
    /* while sampling: so many bytes more were handed out */
    void (*clock)(size_t bytes);
    /* the thread ends; its heap may serve another */
    void (*left)(void *thread);
} np_watch_hooks_t;

/* of a class (np_sample.h) */
typedef struct {
    int64_t step; /* room when the watcher's clock was told */
    int64_t rest; /* bytes from there to the next sample */
} np_sample_t;

/* of a thread that watches or has watched; at a cache line */
struct np_watch_s {
    np_word_t   shown[NP_CLASSES]; /* np_sample.h */
    void       *thread;            /* the watcher's */
    size_t      old;               /* of the realloc under way */
    int         moved;             /* likewise */
    uint64_t    random;            /* np_sample.h */
    np_sample_t sample[NP_CLASSES];
};

/* in the owner of a word: the rest is the address of its heap */
#define NP_WATCH_OWNER ((uintptr_t) 1)

/* NP_MODE_EXACT, NP_MODE_SAMPLE or 0: what threads shall do */
extern unsigned np_watch_mode;
/* bytes between samples */
extern size_t np_watch_interval;

/* the room that np_watch_begin() needs: after this it cannot fail.  0, or -1
 * as there. */
int np_watch_prepare(void);

/* from now on; interval 0: every object.  0, or -1 out of memory or in a
 * process that cannot (RECLAIM=off).  The hooks stay for ever. */
int np_watch_begin(const np_watch_hooks_t *hooks, size_t interval);

/* no new object is watched; what is watched is followed to its end */
void np_watch_end(void);

/* objects are watched from the first malloc on, before there are hooks: they
 * are given to the site NP_WATCH_EARLY.  Once, at start-up. */
void np_watch_early(void);

#define NP_WATCH_EARLY 1u

/* h's thread does as np_watch_mode says from now on */
void np_watch_notice_slow(np_heap_t *h);

/* room in the marks area for all records there are; 0 or -1.  In the notes
 * area, too, if the address space allows it.  Runs lock. */
int np_watch_reach_locked(void);

/* objects that should have been watched when there was no room for notes */
size_t np_watch_missed(void);

/* 1 if the object is watched from now on */
int  np_watch_born_slot(np_heap_t *h, np_word_t *w, unsigned k, size_t n);
void np_watch_born_large(np_heap_t *h, np_large_t *l, size_t n);

/* slot k of w, or l, is about to be freed; h is the calling thread's */
void np_watch_died_slot(np_heap_t *h, np_word_t *w, unsigned k);
void np_watch_died_large(np_heap_t *h, np_large_t *l);

/* the object of n bytes from now on is where it was.  A slot: exact mode
 * only; what is sampled keeps its first size */
void np_watch_resize_slot(np_heap_t *h, np_word_t *w, unsigned k, size_t n);
/* l was given size bytes before */
void np_watch_resize_large(np_heap_t *h, np_large_t *l, size_t n, size_t size);

/* the next birth on this thread, and deaths up to it, are a realloc's, from
 * old bytes; 0: they are not */
void np_watch_resizing(np_heap_t *h, size_t old, int moved);

/* so many bytes more were handed out (np_sample.h) */
void np_watch_clock(size_t bytes);

/* bytes asked for, where that is known; what is usable elsewhere */
size_t np_watch_asked_slot(const np_word_t *w, unsigned k);
size_t np_watch_asked_large(const np_large_t *l);

/* h's thread ends */
void np_watch_left(np_heap_t *h);

/* h's thread vanished in a fork */
void np_watch_forget(np_heap_t *h);

NP_INLINE void
np_watch_notice(np_heap_t *h)
{
    if (np_unlikely((h->modes & NP_MODE_WATCHING) != np_peek(np_watch_mode))) {
        np_watch_notice_slow(h);
    }
}


/* the watched slots of a record */
NP_INLINE _Atomic uint64_t *
np_watch_marks(const void *record)
{
    return (_Atomic uint64_t *) (np_window.tables - NP_WINDOW_MARKS)
           + np_window_offset(record) / NP_CACHE_LINE;
}


/* 1 if slot k of w is watched; only where somebody watches, or has watched */
NP_INLINE int
np_watch_is_marked(const np_word_t *w, unsigned k)
{
    return (int) (atomic_load_explicit(np_watch_marks(w), memory_order_relaxed)
                      >> k
                  & 1);
}


NP_INLINE np_watch_note_t *
np_watch_note(const void *record, unsigned k)
{
    return (np_watch_note_t *) (np_window.tables - NP_WINDOW_NOTES)
           + (size_t) np_window_offset(record) / NP_CACHE_LINE * NP_WORD_SLOTS
           + k;
}

#endif
