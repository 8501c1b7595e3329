#include "config.h"

#include "report/np_coder.h"

#include <stdlib.h>
#include <string.h>

/* below this a byte of range is spent */
#define NP_CODER_TOP ((uint32_t) 1 << 24)
/* an estimate follows what is new as if it were one of so many bits */
#define NP_CODER_FAST 20
#define NP_CODER_WELL 250
/* what an estimate begins with; it is kept with this bit turned over */
#define NP_CODER_HALF 0x8000u
/* bytes that a reader holds ahead: those may lie behind the end */
#define NP_CODER_AHEAD 4


void
np_coder_write(np_coder_t *c)
{
    memset(c, 0, sizeof(*c));
    c->writes = 1;
    c->range = UINT32_MAX;
    c->pending = 1;
}


static unsigned
np_coder_next(np_coder_t *c)
{
    if (c->in < c->end) {
        return *c->in++;
    }
    c->beyond++;
    return 0;
}


void
np_coder_read(np_coder_t *c, const void *in, size_t n)
{
    memset(c, 0, sizeof(*c));
    c->range = UINT32_MAX;
    c->in = in;
    c->end = c->in + n;
    for (int i = 0; i < 1 + NP_CODER_AHEAD; i++) {
        c->code = c->code << 8 | np_coder_next(c);
    }
}


static void
np_coder_put(np_coder_t *c, unsigned byte)
{
    if (c->n == c->room) {
        size_t         room = c->room != 0 ? 2 * c->room : 65536;
        unsigned char *out = c->failed ? NULL : realloc(c->out, room);

        if (out == NULL) {
            c->failed = 1;
            return;
        }
        c->out = out;
        c->room = room;
    }
    c->out[c->n++] = (unsigned char) byte;
}


/* the highest byte of low leaves, unless a carry may still reach it */
static void
np_coder_shift(np_coder_t *c)
{
    unsigned carry = (unsigned) (c->low >> 32);

    if (carry != 0 || (uint32_t) c->low < 0xff000000u) {
        np_coder_put(c, (c->held + carry) & 0xff);
        for (; c->pending > 1; c->pending--) {
            np_coder_put(c, (0xff + carry) & 0xff);
        }
        c->pending = 0;
        c->held = (unsigned char) (c->low >> 24);
    }
    c->pending++;
    c->low = (uint32_t) c->low << 8;
}


/* bit, whose first `below` of the range stand for 1 */
static int
np_coder_split(np_coder_t *c, uint32_t below, int bit)
{
    if (!c->writes) {
        bit = c->code < below;
    }
    if (bit) {
        c->range = below;
    } else {
        c->range -= below;
        if (c->writes) {
            c->low += below;
        } else {
            c->code -= below;
        }
    }
    while (c->range < NP_CODER_TOP) {
        c->range <<= 8;
        if (c->writes) {
            np_coder_shift(c);
        } else {
            c->code = c->code << 8 | np_coder_next(c);
        }
    }
    return bit;
}


/* the n bits before weigh as much as n of this one, and a half */
static void
np_coder_learn(uint16_t *p, int bit, unsigned n)
{
    uint32_t to = bit ? 65535 : 0, step = (2u << 16) / (2 * n + 3);
    uint32_t at = *p ^ NP_CODER_HALF;

    at = to > at ? at + ((to - at) * step >> 16)
                 : at - ((at - to) * step >> 16);
    *p = (uint16_t) (at ^ NP_CODER_HALF);
}


int
np_coder_bit(np_coder_t *c, np_coder_bit_t *m, int bit)
{
    uint32_t p
        = ((m->fast ^ NP_CODER_HALF) + (m->well ^ NP_CODER_HALF) + 1) >> 1;

    /* never 0 nor 65536 */
    p = p < 32 ? 32 : p > 65536 - 32 ? 65536 - 32 : p;
    bit = np_coder_split(c, (c->range >> 16) * p, bit);
    np_coder_learn(&m->fast, bit, m->n < NP_CODER_FAST ? m->n : NP_CODER_FAST);
    np_coder_learn(&m->well, bit, m->n);
    m->n = (uint16_t) (m->n + (m->n < NP_CODER_WELL));
    return bit;
}


/* the lowest n bits of v, highest first, in a tree of 2^n models */
static unsigned
np_coder_tree(np_coder_t *c, np_coder_bit_t *tree, unsigned n, unsigned v)
{
    unsigned at = 1;

    while (n-- > 0) {
        at = at << 1
             | (unsigned) np_coder_bit(c, &tree[at], (int) (v >> n & 1));
    }
    return at;
}


unsigned
np_coder_byte(np_coder_t *c, np_coder_bit_t *tree, unsigned byte)
{
    return np_coder_tree(c, tree, 8, byte) & 0xff;
}


uint64_t
np_coder_number(np_coder_t *c, np_coder_number_t *m, uint64_t v)
{
    unsigned length = 0;
    uint64_t got = 1;

    while (length < 64 && v >> length != 0) {
        length++;
    }
    length = np_coder_tree(c, m->length, 7, length) & 0x7f;
    length = length > 64 ? 64 : length;
    if (length == 0) {
        return 0;
    }
    for (unsigned k = length - 1; k-- > 0;) {
        int bit = (int) (v >> k & 1);

        /* two bits by what they follow; the others are as good as random */
        bit = k + 4 >= length ? np_coder_bit(c, &m->top[length][got & 7], bit)
                              : np_coder_split(c, c->range >> 1, bit);
        got = got << 1 | (unsigned) bit;
    }
    return got;
}


int
np_coder_is_whole(const np_coder_t *c)
{
    return c->beyond <= NP_CODER_AHEAD;
}


int
np_coder_close(np_coder_t *c)
{
    for (int i = 0; i < 1 + NP_CODER_AHEAD; i++) {
        np_coder_shift(c);
    }
    if (c->failed) {
        free(c->out);
        return -1;
    }
    return 0;
}
