#ifndef NP_CODER_H
#define NP_CODER_H

/*
 * Numbers in as few bits as what was seen so far allows: an adaptive binary
 * range coder (G. N. N. Martin, "Range encoding", 1979; carries as in LZMA).
 * Each bit has a model, which is two estimates of its probability, one that
 * learns fast and one that learns well; their mean counts.
 *
 * One and the same code serves both ways: np_coder_number(c, m, v) puts v in
 * when c writes, and gives what it reads otherwise.  It does so for any bytes
 * that it is given, and notices when they are at their end.  Models begin as
 * zeroes, so that those which are never asked take no memory.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct {
    int      writes;
    uint32_t range;
    /* reading */
    uint32_t             code;
    const unsigned char *in, *end;
    unsigned             beyond; /* bytes asked for behind the end */
    /* writing */
    uint64_t       low;
    unsigned char  held;    /* may still be carried into */
    size_t         pending; /* it, and bytes of 255 behind it */
    unsigned char *out;
    size_t         n, room;
    int            failed; /* no memory */
} np_coder_t;

typedef struct {
    uint16_t fast, well; /* of 65536, that it is 1; 0 stands for a half */
    uint16_t n;          /* bits seen, up to a limit */
} np_coder_bit_t;

/* of a number: how many bits it has, a tree; and the two behind the first */
typedef struct {
    np_coder_bit_t length[128];
    np_coder_bit_t top[65][8];
} np_coder_number_t;

void np_coder_write(np_coder_t *c);
void np_coder_read(np_coder_t *c, const void *in, size_t n);

int      np_coder_bit(np_coder_t *c, np_coder_bit_t *m, int bit);
uint64_t np_coder_number(np_coder_t *c, np_coder_number_t *m, uint64_t v);

/* 8 bits in a tree of 256 */
unsigned np_coder_byte(np_coder_t *c, np_coder_bit_t *tree, unsigned byte);

/* 1 if all that was read so far was there */
int np_coder_is_whole(const np_coder_t *c);

/* all is written: the bytes are out[0 .. n), to be freed; 0, or -1 for lack of
 * memory, with nothing to be freed */
int np_coder_close(np_coder_t *c);

#endif
