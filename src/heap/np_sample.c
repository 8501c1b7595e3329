#include "config.h"

#include "heap/np_sample.h"

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
    return (int64_t) (-np_sample_log(((double) (*random >> 11) + 1) * 0x1p-53)
                      * (double) mean);
}


static int64_t
np_sample_tick(void)
{
    size_t tick = np_watch_interval / 16;

    tick = tick > NP_SAMPLE_TICK_LEAST ? tick : NP_SAMPLE_TICK_LEAST;

    return (int64_t) (tick < NP_SAMPLE_TICK_MOST ? tick : NP_SAMPLE_TICK_MOST);
}


static int64_t
np_sample_room(const np_heap_t *h, unsigned c)
{
    return (int64_t) h->watch->shown[c].mask;
}


/* of class c the clock has been told, and left >= 0 bytes come before the
 * event */
static void
np_sample_step(np_heap_t *h, unsigned c, int64_t left)
{
    np_sample_t *s = &h->watch->sample[c];
    int64_t      tick = np_sample_tick();

    s->step = left < tick ? left : tick;
    s->rest = left - s->step;
    h->watch->shown[c].mask = (uint64_t) s->step;
}


void
np_sample_tell(np_heap_t *h)
{
    const np_sample_t *s;
    int64_t            room;
    unsigned           c;

    for (c = 0; c < NP_CLASSES; c++) {
        s = &h->watch->sample[c];
        room = np_sample_room(h, c);

        if (room != s->step) {
            np_watch_clock((size_t) (s->step - room));
            np_sample_step(h, c, room + s->rest);
        }
    }
}


void
np_sample_init(np_heap_t *h)
{
    uint64_t *random = &h->watch->random;
    unsigned  c;

    *random = np_proc_random();

    for (c = 0; c < NP_CLASSES; c++) {
        np_sample_step(h, c, np_sample_draw(random, np_watch_interval));
    }
}


int
np_sample_hit(np_heap_t *h, unsigned c, size_t size)
{
    const np_sample_t *s = &h->watch->sample[c];
    int64_t            room = np_sample_room(h, c) - (int64_t) size;
    int64_t            left;
    int                hit;

    if (room >= 0) {
        h->watch->shown[c].mask = (uint64_t) room;
        return 0;
    }

    np_watch_clock((size_t) (s->step - room));
    left = room + s->rest;
    hit = left < 0;
    np_sample_step(h, c,
                   hit ? np_sample_draw(&h->watch->random, np_watch_interval)
                       : left);

    return hit;
}


void
np_sample_show(np_heap_t *h, unsigned c)
{
    np_word_t *shown = &h->watch->shown[c];

    shown->size = h->pool[c].current->size;
    h->current[c] = shown;
}
