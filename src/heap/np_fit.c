#include "config.h"

#include "heap/np_fit.h"

#include "heap/np_large.h"
#include "map/np_granule.h"
#include "os/np_options.h"

/* pools of less are left alone */
#define NP_FIT_FLOOR ((size_t) 64 << 10)
/* a class is worth it that saves one byte in so many */
#define NP_FIT_SHARE 32
/* votes by which the favourite must lead: refills, large blocks, of which the
 * first ones stay crowded */
#define NP_FIT_REFILLS 8
#define NP_FIT_BLOCKS  64
#define NP_FIT_CROWD   16

uint32_t np_class_fitted[NP_CLASSES_FITTED];
unsigned np_class_fitted_now;


void
np_fit_notice_slow(np_heap_t *h)
{
    unsigned now = __atomic_load_n(&np_class_fitted_now, __ATOMIC_ACQUIRE);
    size_t   size;

    for (; h->fitted < now; h->fitted++) {
        size = np_class_fitted[h->fitted];

        if (size / 16 < NP_CLASS_LOOKUP) {
            h->class_of[size / 16] = (uint8_t) (NP_CLASS_FIXED + h->fitted);
        }
    }
}


/* 1 if large blocks of n bytes all begin in a few cache sets (np_class.h) */
static int
np_fit_is_crowded(size_t n)
{
    return n > NP_SMALL_MAX && np_align_up(n, 16) % NP_CLASS_CROWDED == 0;
}


/* bytes of a slot for n; crowded ones take as many as the block and its record
 * would */
static size_t
np_fit_slot(size_t n)
{
    return np_align_up(n, 16)
           + (np_fit_is_crowded(n) ? sizeof(np_large_t) : 0);
}


/* a class for slots of size bytes, if there is none and may be another */
static void
np_fit_make(size_t size)
{
    unsigned now, i;

    np_lock(&np_heaps_lock);
    now = np_class_fitted_now;

    for (i = 0; i < now && np_class_fitted[i] != size; i++) {
        /* another thread may have made it */
    }

    if (i == now && now < NP_CLASSES_FITTED) {
        np_class_fitted[now] = (uint32_t) size;
        __atomic_store_n(&np_class_fitted_now, now + 1, __ATOMIC_RELEASE);
    }

    np_unlock(&np_heaps_lock);
}


void
np_fit_vote(np_heap_t *h, unsigned c, size_t n)
{
    np_pool_t *p = &h->pool[c];
    size_t     size = np_fit_slot(n);
    size_t     given;
    int        crowded = np_fit_is_crowded(n);
    unsigned   enough
        = c != 0 ? NP_FIT_REFILLS : (crowded ? NP_FIT_CROWD : NP_FIT_BLOCKS);

    if (np_peek(np_class_fitted_now) == NP_CLASSES_FITTED
        || np_modes & (NP_MODE_CHECK | NP_MODE_LITERAL)
        || (c != 0 && (p->bytes < NP_FIT_FLOOR || c >= NP_CLASS_FIXED))) {
        return;
    }

    given = c != 0 ? np_class_size(c)
                   : np_align_up(n, NP_GRANULE) + sizeof(np_large_t);

    /* 0: the size has no need of it */
    if (!crowded && (given - size) * NP_FIT_SHARE < given) {
        size = 0;
    }

    if (p->wanted == size / 16) {
        p->votes += p->votes != UINT8_MAX;

    } else if (p->votes == 0) {
        p->wanted = (uint16_t) (size / 16);
        p->votes = 1;

    } else {
        p->votes--;
    }

    if (size != 0 && p->wanted == size / 16 && p->votes >= enough) {
        np_fit_make((size_t) p->wanted * 16);
        p->votes = 0;
    }
}


unsigned
np_fit_large(np_heap_t *h, size_t n, size_t align)
{
    size_t   size;
    unsigned i;

    if (n > NP_FIT_MAX || np_options.max != NP_SMALL_MAX || np_options.guard
        || np_modes & (NP_MODE_CHECK | NP_MODE_LITERAL)) {
        return 0;
    }

    n = np_align_up(n, align > 16 ? align : 16);
    size = np_fit_slot(n);

    if (size % align != 0) {
        return 0;
    }

    for (i = 0; i < h->fitted; i++) {
        if (np_class_fitted[i] == size) {
            return NP_CLASS_FIXED + i;
        }
    }

    if (!np_large_waits(h, n)) {
        np_fit_vote(h, 0, n);
    }

    return 0;
}
