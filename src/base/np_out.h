#ifndef NP_OUT_H
#define NP_OUT_H

/*
 * Text output for a process whose allocator is us: no malloc, no stdio, no
 * locale, no errno.  Bytes gather in a buffer that the caller brings (often
 * on its stack) and leave through write(2) when it is full.
 *
 *      char       buf[512];
 *      np_out_t   o;
 *
 *      np_out_init(&o, fd, buf, sizeof(buf));
 *      np_outf(&o, "%-10s %zu\n", name, n);
 *      np_out_flush(&o);
 *
 * An np_out_t belongs to one thread.  With fd == -1 nothing is written, the
 * text is cut at the end of the buffer and always ends in a 0 (at last): a
 * bounded snprintf.  errno is kept.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/np_attr.h"

typedef struct np_out_s np_out_t;

struct np_out_s {
    char  *start;
    char  *last; /* start <= last <= end: the next byte goes here */
    char  *end;
    int    fd;      /* -1: memory only */
    int    failed;  /* a write failed, by this error, or text was cut: the
                       rest is dropped */
    size_t written; /* bytes that left through fd */
};

/* buf of n > 0 bytes belongs to the caller and outlives o */
void np_out_init(np_out_t *o, int fd, char *buf, size_t n);

/* writes what is buffered, retrying on EINTR and short writes, and waiting up
 * to NP_OUT_WAIT seconds for a reader where that is not done for us
 * (O_NONBLOCK, which whoever has the other end may have set); 0, or -1 if
 * this or anything before it failed.  No failure brings a signal. */
#define NP_OUT_WAIT 1
int np_out_flush(np_out_t *o);

void np_out_bytes(np_out_t *o, const char *s, size_t n);

/*
 * A printf without malloc.  Knows %s %c %d %i %u %x %p %%, the flags '-' and
 * '0', a width and a precision (of %s only) as digits or '*', and the lengths
 * l, ll, z, j.  Anything else is copied as it stands, and its argument is not
 * consumed.
 */
void np_outf(np_out_t *o, const char *fmt, ...) NP_PRINTF(2, 3);

/*
 * n bytes in human units into buf (at least 12 bytes), returned: "0 B",
 * "999 B", "1.0 KiB", "12.3 MiB", "456 GiB" (three digits or so, powers of
 * 1024).
 */
const char *np_out_size(char *buf, uint64_t n);

/* s as the inside of a JSON string: quotes, backslashes and controls escaped,
 * each byte that is not UTF-8 as U+FFFD */
void np_out_json(np_out_t *o, const char *s);

#endif
