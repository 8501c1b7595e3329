#include "config.h"

#include "heap/np_eager.h"

#include "os/np_mem.h"
#include "os/np_proc.h"
#include "os/np_sandbox.h"

/* magnitudes: from 8 KiB, two pages of 4 KiB, to the largest run */
#define NP_EAGER_LEAST 13
#define NP_EAGER_MOST  24

typedef struct {
    np_large_t *watched; /* or NULL; records are never anything else */
    char       *run;     /* where and how large its run was then; where it */
    size_t      bytes;   /* begins in there may change */
    unsigned    left;    /* blocks until it is looked at */
    unsigned    score;
    unsigned    failed; /* how often it was not all touched, to a limit */
} np_eager_t;

static np_eager_t np_eager[NP_EAGER_MOST - NP_EAGER_LEAST + 1];
static uint64_t   np_eager_random;


/* the score from which on blocks are populated */
static unsigned
np_eager_enough(const np_eager_t *e)
{
    return NP_EAGER_SURE << e->failed;
}


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

    e->watched = NULL;

    if (!there || from >= to) {
        return;
    }

    if (np_mem_resident((void *) from, to - from) == to - from) {
        e->score++;
        return;
    }

    e->failed += e->failed < NP_EAGER_FAILED;
    e->score = 0;
}


static void
np_eager_watch_locked(np_eager_t *e, np_large_t *l)
{
    np_eager_random = np_proc_mix(np_eager_random + 1);
    e->watched = l;
    e->run = np_eager_run(l);
    e->bytes = np_large_bytes(l);
    e->left = NP_EAGER_AGE + (unsigned) (np_eager_random % NP_EAGER_AGE);
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

    if (e->watched != NULL && --e->left == 0) {
        np_eager_judge_locked(e);
    }

    if (e->watched == NULL) {
        np_eager_watch_locked(e, l);
        return 0;
    }

    return e->score >= np_eager_enough(e);
}
