#ifndef NP_WEIGHT_H
#define NP_WEIGHT_H

/*
 * What one event stands for.  An object of n bytes is sampled with probability
 * 1 - e^(-n / interval), so a sample counts for 1 / that many of its size, in
 * figures that are sums (Horvitz, Thompson, 1952).  In an exact profile each
 * event stands for itself.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"

/* objects of a sampled profile are counted in 1/1024 */
#define NP_WEIGHT_SCALE 1024

typedef struct {
    uint64_t objects; /* in units of 1/scale */
    double   factor;
} np_weight_t;

/* bytes between samples, 0: exact */
extern NP_HIDDEN size_t np_weight_interval;

/* before the first event */
void np_weight_init(size_t interval);

/* of an object that was given `size` bytes, in a sampled profile */
np_weight_t np_weight_sampled(size_t size);


NP_INLINE np_weight_t
np_weight(size_t size)
{
    const np_weight_t one = {1, 1};

    return np_likely(np_weight_interval == 0) ? one : np_weight_sampled(size);
}


/* what n bytes of that weight stand for */
NP_INLINE uint64_t
np_weight_bytes(const np_weight_t *w, uint64_t n)
{
    return np_likely(np_weight_interval == 0)
               ? n
               : (uint64_t) ((double) n * w->factor + 0.5);
}

#endif
