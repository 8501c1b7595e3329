#include "config.h"

#include "heap/np_sample.h"

#include "base/np_check.h"
#include "heap/np_fit.h"
#include "heap/np_mode.h"
#include "heap/np_pool.h"
#include "os/np_proc.h"

#define NP_SAMPLE_LN2   0.693147180559945309
#define NP_SAMPLE_TERMS 15 /* the last: z^15 / 15 */


/* natural logarithm of x > 0, to eight digits: the exponent, and of the
 * mantissa 2 artanh((m - 1) / (m + 1)) as a series.  libm is not ours to
 * load. */
static double
np_sample_log(double x)
{
    union {
        double   d;
        uint64_t u;
    } bits = {.d = x};
    int    e = (int) (bits.u >> 52 & 0x7ff) - 1023;
    int    i;
    double z, sum = 0;

    bits.u = (bits.u & (((uint64_t) 1 << 52) - 1)) | (uint64_t) 1023 << 52;
    z = (bits.d - 1) / (bits.d + 1);

    for (i = NP_SAMPLE_TERMS; i > 0; i -= 2) {
        sum = sum * z * z + 1.0 / i;
    }

    return e * NP_SAMPLE_LN2 + 2 * z * sum;
}


int64_t
np_sample_draw(uint64_t *random, size_t mean)
{
    *random = np_proc_mix(*random);

    /* 53 bits, never 0 */
    return 1
           + (int64_t) (-np_sample_log(((double) (*random >> 11) + 1)
                                       * 0x1p-53)
                        * (double) mean);
}


static int64_t
np_sample_tick(void)
{
    size_t tick = np_watch_interval / 16;

    tick = tick > NP_SAMPLE_TICK_LEAST ? tick : NP_SAMPLE_TICK_LEAST;

    return (int64_t) (tick < NP_SAMPLE_TICK_MOST ? tick : NP_SAMPLE_TICK_MOST);
}


/* the clock knows all of s up to now */
static void
np_sample_told(np_sample_t *s)
{
    int64_t tick = np_sample_tick();

    s->told = s->left;
    s->stop = s->left > tick ? s->left - tick : 0;
}


static void
np_sample_tell_class(np_sample_t *s)
{
    if (s->told != s->left) {
        np_watch_clock((size_t) (s->told - s->left));
        np_sample_told(s);
    }
}


void
np_sample_tell(np_heap_t *h)
{
    unsigned c;

    for (c = 0; c < NP_CLASSES; c++) {
        np_sample_tell_class(&h->watch->sample[c]);
    }
}


void
np_sample_init(np_heap_t *h)
{
    np_sample_t *s;
    unsigned     c;

    h->watch->random = np_proc_random();

    for (c = 0; c < NP_CLASSES; c++) {
        s = &h->watch->sample[c];
        s->left = np_sample_draw(&h->watch->random, np_watch_interval);
        np_sample_told(s);
        np_poke(s->heap, h);
    }
}


/* size bytes of class c are handed out: 1 if the event is among them */
static int
np_sample_hit(np_watch_t *watch, unsigned c, size_t size)
{
    np_sample_t *s = &watch->sample[c];

    s->left -= (int64_t) size;

    if (s->left > 0) {
        return 0;
    }

    np_sample_tell_class(s);
    s->left = np_sample_draw(&watch->random, np_watch_interval);
    np_sample_told(s);

    return 1;
}


/* of the slots in `all`, as many as come before the next event are shown */
static void
np_sample_show(np_sample_t *s, np_word_t *w, uint64_t all)
{
    size_t   most = (size_t) (s->left - 1) / w->size;
    size_t   n = np_bit_count(all);
    uint64_t rest = 0;

    if (n > most) {
        for (rest = all, n = most; most > 0; most--) {
            rest &= rest - 1;
        }
    }

    s->left -= (int64_t) (n * w->size);

    if (s->left <= s->stop) {
        np_sample_tell_class(s);
    }

    /* in this order: the child of a fork, where this thread vanished, takes
     * both for free */
    np_poke(w->free, all & ~rest);
    atomic_signal_fence(memory_order_seq_cst);
    s->aside = rest;
}


/* the lowest slot of w that may be had, and whether it is sampled; w shows
 * none */
static unsigned
np_sample_take(np_heap_t *h, unsigned c, np_word_t *w, int *hit)
{
    np_sample_t *s = &h->watch->sample[c];
    uint64_t     all = w->free | s->aside;
    unsigned     k = np_bit_lowest(all);

    *hit = np_sample_hit(h->watch, c, w->size);
    np_sample_show(s, w, all & (all - 1));

    return k;
}


void *
np_sample_slot(np_heap_t *h, unsigned c, size_t n)
{
    np_sample_t *s = &h->watch->sample[c];
    np_word_t   *w = h->pool[c].current;
    unsigned     k;
    int          hit = 0;

    if (w->free != 0) {
        /* counted when it was shown */
        k = np_bit_lowest(w->free);
        np_poke(w->free, w->free & (w->free - 1));

    } else {
        if (s->aside == 0) {
            np_fit_vote(h, c, n);
            w = np_pool_refill(h, c);

            if (w == NULL) {
                return NULL;
            }

            s->marks = atomic_load_explicit(np_watch_marks(w),
                                            memory_order_relaxed);
        }

        k = np_sample_take(h, c, w, &hit);
    }

    if (h->modes & NP_MODE_SLOW) {
        np_mode_alloc_slot(h, w, k, n);

    } else {
        h->current[c] = w;
    }

    if (hit) {
        s->marks |= (uint64_t) 1 << k;
        np_watch_born_slot(h, w, k, n);
    }

    return w->start + (size_t) k * w->size;
}


void
np_sample_freed(np_heap_t *h, unsigned c, uint64_t bits)
{
    np_sample_t *s = &h->watch->sample[c];
    np_word_t   *w = h->pool[c].current;
    size_t       bytes = np_bit_count(bits) * w->size;

    /* who watched them was told */
    s->marks &= ~bits;

    if (s->left > (int64_t) bytes) {
        s->left -= (int64_t) bytes;

        if (s->left <= s->stop) {
            np_sample_tell_class(s);
        }

        return;
    }

    /* in this order: both are free for the child of a fork */
    s->aside |= bits;
    atomic_signal_fence(memory_order_seq_cst);
    np_poke(w->free, w->free & ~bits);
}


int
np_sample_large(np_heap_t *h, size_t size)
{
    int hit = np_sample_hit(h->watch, 0, size);

    np_sample_tell_class(&h->watch->sample[0]);

    return hit;
}


void
np_sample_settle(np_heap_t *h, unsigned c)
{
    np_word_t *w = h->pool[c].current;

    if (h->watch != NULL && h->watch->sample[c].aside != 0) {
        np_poke(w->free, w->free | h->watch->sample[c].aside);
        atomic_signal_fence(memory_order_seq_cst);
        h->watch->sample[c].aside = 0;
    }
}


void
np_sample_withdraw(np_heap_t *h, unsigned c)
{
    np_word_t *w = h->pool[c].current;

    h->watch->sample[c].aside = w->free;
    h->watch->sample[c].marks
        = atomic_load_explicit(np_watch_marks(w), memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    np_poke(w->free, 0);
}
