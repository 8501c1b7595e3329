/*
 * fuzz_random [-n ROUNDS] [-s SEED] FILE...
 *
 * A driver for fuzz_profile.c without libFuzzer: changes each file at random,
 * ROUNDS times, always in the same way for the same seed.  Mostly in the
 * header, where sizes and offsets are, and with numbers that are at the edge
 * of something.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/np_format.h"
#include "fuzz_profile.h"

#define FUZZ_MOST (1u << 20)

static uint64_t fuzz_state;

static const uint64_t fuzz_edge[] = {
    0,          1,           2,         7,          16,
    0x7f,       0xff,        0xffff,    0x10000,    INT32_MAX,
    UINT32_MAX, 0x100000000, INT64_MAX, UINT64_MAX, UINT64_MAX - 7,
};


/* splitmix64 */
static uint64_t
fuzz_next(uint64_t below)
{
    uint64_t z = fuzz_state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % below;
}


static void
fuzz_change(uint8_t *data, size_t *size)
{
    size_t   head = sizeof(np_format_header_t);
    size_t   n = *size > head && fuzz_next(3) != 0 ? head : *size;
    size_t   width = (size_t) 1 << fuzz_next(4);
    size_t   at;
    uint64_t v;

    if (*size < 16) {
        return;
    }
    at = fuzz_next(n - width) / width * width;
    switch (fuzz_next(4)) {
    case 0:
        data[at] ^= (uint8_t) (1u << fuzz_next(8));
        break;
    case 1:
        v = fuzz_edge[fuzz_next(sizeof(fuzz_edge) / sizeof(fuzz_edge[0]))];
        memcpy(data + at, &v, width);
        break;
    case 2:
        v = 0;
        memcpy(&v, data + at, width);
        v += fuzz_next(2) ? 1 : (uint64_t) -1;
        memcpy(data + at, &v, width);
        break;
    default:
        if (fuzz_next(8) == 0) {
            *size = fuzz_next(*size);
        } else {
            memmove(data + at, data + fuzz_next(*size - width), width);
        }
    }
}


static int
fuzz_seed_file(const char *name, unsigned rounds)
{
    uint8_t *data = malloc(FUZZ_MOST), *copy = malloc(FUZZ_MOST);
    FILE    *f = fopen(name, "re");
    size_t   n = 0, size;

    if (f == NULL || data == NULL || copy == NULL) {
        (void) fprintf(stderr, "fuzz_random: %s: %m\n", name);
        return -1;
    }
    n = fread(data, 1, FUZZ_MOST, f);
    (void) fclose(f);
    for (unsigned i = 0; i < rounds; i++) {
        size = n;
        memcpy(copy, data, n);
        for (uint64_t k = 1 + fuzz_next(4); k != 0; k--) {
            fuzz_change(copy, &size);
        }
        (void) LLVMFuzzerTestOneInput(copy, size);
    }
    free(data);
    free(copy);
    return 0;
}


int
main(int argc, char **argv)
{
    unsigned rounds = 300;
    int      c;

    fuzz_state = 1;
    while ((c = getopt(argc, argv, "n:s:")) != -1) {
        switch (c) {
        case 'n':
            rounds = (unsigned) strtoul(optarg, NULL, 10);
            break;
        case 's':
            fuzz_state = strtoull(optarg, NULL, 10);
            break;
        default:
            return 2;
        }
    }
    for (int i = optind; i < argc; i++) {
        if (fuzz_seed_file(argv[i], rounds) != 0) {
            return 1;
        }
    }
    return optind < argc ? 0 : 2;
}
