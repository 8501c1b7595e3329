/*
 * Numbers as people read them: three significant digits and a unit.
 */
#include "config.h"

#include "report/np_human.h"

#include <math.h>
#include <stdio.h>

typedef struct {
    double      unit;
    const char *name;
} np_human_unit_t;

static const np_human_unit_t np_human_sizes[] = {
    {1024.0 * 1024 * 1024 * 1024, "TiB"},
    {1024.0 * 1024 * 1024, "GiB"},
    {1024.0 * 1024, "MiB"},
    {1024.0, "KiB"},
    {0, NULL},
};

static const np_human_unit_t np_human_times[] = {
    {1, "s"},
    {1e-3, "ms"},
    {1e-6, "us"},
    {0, NULL},
};

static const np_human_unit_t np_human_counts[] = {
    {1e9, "G"},
    {1e6, "M"},
    {0, NULL},
};


/* 0 when x is smaller than the smallest unit */
static int
np_human_scaled(char *buf, double x, const np_human_unit_t *u)
{
    double v;

    for (; u->name != NULL; u++) {
        /* 1023.96 KiB would round to "1024 KiB" */
        if (x >= u->unit * 0.9995) {
            v = x / u->unit;
            (void) snprintf(buf, NP_HUMAN_MAX, "%.*f %s",
                            v < 9.995 ? 2 : (v < 99.95 ? 1 : 0), v, u->name);
            return 1;
        }
    }
    return 0;
}


const char *
np_human_bytes(char buf[NP_HUMAN_MAX], double bytes)
{
    if (isnan(bytes)) {
        return "-";
    }
    if (!np_human_scaled(buf, bytes, np_human_sizes)) {
        (void) snprintf(buf, NP_HUMAN_MAX, "%.0f B", bytes);
    }
    return buf;
}


const char *
np_human_seconds(char buf[NP_HUMAN_MAX], double seconds)
{
    if (isnan(seconds)) {
        return "-";
    }
    if (seconds >= 120) {
        long s = lround(seconds);

        (void) snprintf(buf, NP_HUMAN_MAX, "%ld min %02ld s", s / 60, s % 60);
        return buf;
    }
    if (!np_human_scaled(buf, seconds, np_human_times)) {
        (void) snprintf(buf, NP_HUMAN_MAX, "%.0f s", seconds);
    }
    return buf;
}


const char *
np_human_count(char buf[NP_HUMAN_MAX], double count)
{
    if (isnan(count)) {
        return "-";
    }
    if (!np_human_scaled(buf, count, np_human_counts)) {
        (void) snprintf(buf, NP_HUMAN_MAX, "%.0f", count);
    }
    return buf;
}
