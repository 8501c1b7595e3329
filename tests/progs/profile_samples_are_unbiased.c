/*
 * Sampled figures are right on average: over many rounds of known patterns,
 * the mean of each call site's estimates of objects and bytes is within three
 * standard errors of the truth.  Among the patterns is a site that allocates
 * and frees in turn, which takes one slot over and over.
 *
 * The random numbers are the same in each run: address randomisation is off.
 *
 * env: NGXPOOL_PROFILE=sample:4096 NGXPOOL_PROFILE_FILE=%p.prof
 * only: libngxpool
 * needs: reclaim
 * expect: exit 0
 */

#include "profile_laws.h"

#include <malloc.h>
#include <math.h>
#include <sys/personality.h>

#define NP_ROUNDS 40
#define NP_KEPT   4000

typedef struct {
    const char *name;
    void (*run)(void); /* leaves `objects` and `bytes`: the truth */
    uintptr_t site;
    double    sum[2], squares[2], truth[2];
} np_pattern_t;

static uint64_t objects, bytes, state = 42;
static void    *kept[NP_KEPT];


static void *
counted(void *m, size_t n)
{
    NP_NEED(m != NULL);
    objects++;
    bytes += n;

    return m;
}


static NP_SITE void *
in_turn(size_t n)
{
    return np_keep(malloc(n));
}


static void
ping_pong(void)
{
    unsigned i;

    for (i = 0; i < 10000; i++) {
        free(counted(in_turn(56), 56));
    }
}


static NP_SITE void *
in_turns_of_ten(size_t n)
{
    return np_keep(malloc(n));
}


static void
ping_pong_ten(void)
{
    unsigned i, k;

    for (i = 0; i < 1000; i++) {
        for (k = 0; k < 10; k++) {
            kept[k] = counted(in_turns_of_ten(1000), 1000);
        }

        for (k = 0; k < 10; k++) {
            free(kept[k]);
        }
    }
}


static NP_SITE void *
mixed(size_t n)
{
    return np_keep(malloc(n));
}


static void
mixed_sizes(void)
{
    unsigned i;
    size_t   n;

    for (i = 0; i < NP_KEPT; i++) {
        n = np_keep_random(&state) % 3000;
        kept[i] = counted(mixed(n), n);
    }

    for (i = 0; i < NP_KEPT; i++) {
        free(kept[i]);
    }
}


static NP_SITE void *
large(size_t n)
{
    return np_keep(malloc(n));
}


static void
large_blocks(void)
{
    unsigned i;
    size_t   n;

    for (i = 0; i < 500; i++) {
        n = 4096 + np_keep_random(&state) % 8000;
        free(counted(large(n), n));
    }
}


static NP_SITE void *
zeroed(size_t n)
{
    return np_keep(calloc(1, n));
}


static void
callocs(void)
{
    unsigned i;

    for (i = 0; i < NP_KEPT; i++) {
        kept[i] = counted(zeroed(24), 24);
    }

    for (i = NP_KEPT; i-- > 0;) {
        free(kept[i]);
    }
}


static NP_SITE void *
aligned(size_t n)
{
    return np_keep(memalign(64, n));
}


static void
memaligns(void)
{
    unsigned i;

    for (i = 0; i < 4000; i++) {
        kept[i % 100] = counted(aligned(300), 300);

        if (i % 100 == 99) {
            while (i % 100 != 0) {
                free(kept[i % 100]);
                i--;
            }

            free(kept[0]);
            i += 99;
        }
    }
}


static NP_SITE void *
grown(void *m, size_t n)
{
    return np_keep(realloc(m, n));
}


/* those that move: in place a slot keeps what it was sampled as */
static void
reallocs(void)
{
    uintptr_t before;
    unsigned  i;
    size_t    n;
    void     *m;

    for (i = 0; i < 200; i++) {
        m = NULL;

        for (n = 16; n < 3000; n += n / 2) {
            before = (uintptr_t) m;
            m = grown(m, n);

            if ((uintptr_t) m != before) {
                counted(m, n);
            }
        }

        free(m);
    }
}


static np_pattern_t pattern[] = {
    {.name = "in turn", .run = ping_pong, .site = (uintptr_t) in_turn},
    {.name = "ten in turn",
     .run = ping_pong_ten,
     .site = (uintptr_t) in_turns_of_ten},
    {.name = "mixed", .run = mixed_sizes, .site = (uintptr_t) mixed},
    {.name = "large", .run = large_blocks, .site = (uintptr_t) large},
    {.name = "calloc", .run = callocs, .site = (uintptr_t) zeroed},
    {.name = "memalign", .run = memaligns, .site = (uintptr_t) aligned},
    {.name = "realloc", .run = reallocs, .site = (uintptr_t) grown},
};

#define NP_PATTERNS (sizeof(pattern) / sizeof(pattern[0]))


/* a round of one pattern: by how much its site's estimates grew */
static void
measure(np_pattern_t *t, const np_prof_t *p)
{
    np_format_site_t before = np_prof_sum(p, t->site), s;
    double           x[2], truth[2];
    unsigned         i;

    objects = 0;
    bytes = 0;
    t->run();
    s = np_prof_sum(p, t->site);
    NP_NEED(s.live_bytes == 0 && s.live_objects == 0 && s.live_slack == 0);
    x[0] = (double) (s.allocs - before.allocs) / p->h->scale;
    x[1] = (double) (s.alloc_bytes - before.alloc_bytes);
    truth[0] = (double) objects;
    truth[1] = (double) bytes;

    for (i = 0; i < 2; i++) {
        x[i] -= truth[i];
        t->truth[i] += truth[i];
        t->sum[i] += x[i];
        t->squares[i] += x[i] * x[i];
    }
}


/* the mean error of a round against its standard error */
static void
judge(const np_pattern_t *t)
{
    static const char *of[] = {"objects", "bytes"};
    double             mean, error, truth;
    unsigned           i;

    for (i = 0; i < 2; i++) {
        mean = t->sum[i] / NP_ROUNDS;
        truth = t->truth[i] / NP_ROUNDS;
        error = sqrt((t->squares[i] / NP_ROUNDS - mean * mean)
                     / (NP_ROUNDS - 1));

        if (fabs(mean) > 3 * error || error > truth / 20) {
            dprintf(STDERR_FILENO, "%s, %s: %+.1f of %.0f, error %.1f\n",
                    t->name, of[i], mean, truth, error);
            _exit(1);
        }
    }
}


int
main(int argc, char **argv)
{
    np_prof_t p;
    uint64_t  clock, all = 0;
    unsigned  i, k;

    if (argc == 1) {
        NP_NEED(personality(ADDR_NO_RANDOMIZE) != -1);
        execl("/proc/self/exe", argv[0], "fixed", (char *) NULL);
        return 1;
    }

    p = np_prof_own();
    NP_NEED(p.h->interval == 4096 && p.h->scale == 1024);
    clock = p.h->clock;

    for (k = 0; k < NP_ROUNDS; k++) {
        for (i = 0; i < NP_PATTERNS; i++) {
            measure(&pattern[i], &p);
        }
    }

    for (i = 0; i < NP_PATTERNS; i++) {
        judge(&pattern[i]);
        all += (uint64_t) pattern[i].truth[1];
    }

    /* of slots, which are an eighth larger at the most, and 16 bytes */
    clock = p.h->clock - clock;
    NP_NEED(clock > all - all / 20 && clock < all + all / 5);
    np_laws(&p);

    return 0;
}
