#include "config.h"

#include "heap/np_eager.h"

#include "os/np_mem.h"
#include "os/np_sandbox.h"

/* magnitudes: from 8 KiB, two pages of 4 KiB, to the largest run */
#define NP_EAGER_LEAST 13
#define NP_EAGER_MOST  24

typedef struct {
    np_large_t *watched; /* or NULL; records are never anything else */
    char       *run;     /* where and how large its run was then; where it */
    size_t      bytes;   /* begins in there may change */
    unsigned    age;     /* blocks since */
    unsigned    score;
} np_eager_t;

static np_eager_t np_eager[NP_EAGER_MOST - NP_EAGER_LEAST + 1];


static char *
np_eager_run(const np_large_t *l)
{
    return l->start - l->front;
}


/* the pages that the watched block fills are looked at, if it is still there;
 * whoever has it may be changing it */
NP_RACY static void
np_eager_judge_locked(np_eager_t *e)
{
    const np_large_t *l = e->watched;
    size_t            page = np_mem_page();
    size_t            from = np_align_up((size_t) l->start, page);
    size_t            to = np_align_down((size_t) l->start + l->size, page);
    int there = l->kind == NP_KIND_LARGE && np_eager_run(l) == e->run
                && np_large_bytes(l) == e->bytes;

    if (there && from < to) {
        e->score = np_mem_resident((void *) from, to - from) == to - from
                       ? e->score + 1
                       : 0;
    }

    e->watched = NULL;
}


int
np_eager_locked(np_large_t *l)
{
    unsigned    magnitude = np_log2(np_large_bytes(l));
    np_eager_t *e;

    if (magnitude < NP_EAGER_LEAST || magnitude > NP_EAGER_MOST
        || np_sandbox_is_on()) {
        return 0;
    }

    e = &np_eager[magnitude - NP_EAGER_LEAST];

    if (e->watched != NULL && ++e->age == NP_EAGER_AGE) {
        np_eager_judge_locked(e);
    }

    if (e->watched == NULL) {
        e->watched = l;
        e->run = np_eager_run(l);
        e->bytes = np_large_bytes(l);
        e->age = 0;
        return 0;
    }

    return e->score >= NP_EAGER_SURE;
}
