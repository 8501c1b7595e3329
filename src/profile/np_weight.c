#include "config.h"

#include "profile/np_weight.h"

/* sizes up to this have their weight in a table, by 16 bytes */
#define NP_WEIGHT_SMALL 4096

size_t np_weight_interval;

static np_weight_t np_weight_small[NP_WEIGHT_SMALL / 16 + 1];


/* e^-x for x >= 0: (e^(-x / 2^10))^(2^10), the inner one as a series */
static double
np_weight_exp(double x)
{
    double y = x / 1024;
    double r;
    int    i;

    if (x > 40) {
        return 0;
    }

    r = 1 - y * (1 - y / 2 * (1 - y / 3 * (1 - y / 4)));

    for (i = 0; i < 10; i++) {
        r *= r;
    }

    return r;
}


static np_weight_t
np_weight_make(size_t size)
{
    double x = (double) size / (double) np_weight_interval;
    double factor = 1 / (1 - np_weight_exp(x));

    return (np_weight_t){(uint64_t) (factor * NP_WEIGHT_SCALE + 0.5), factor};
}


void
np_weight_init(size_t interval)
{
    size_t i;

    np_weight_interval = interval;

    for (i = 1; interval != 0 && i <= NP_WEIGHT_SMALL / 16; i++) {
        np_weight_small[i] = np_weight_make(i * 16);
    }
}


np_weight_t
np_weight_sampled(size_t size)
{
    return size <= NP_WEIGHT_SMALL && size % 16 == 0 && size != 0
               ? np_weight_small[size / 16]
               : np_weight_make(size);
}
