/*
 * Formatting and buffering without malloc, stdio, locale and errno.
 *
 *      start        last                end
 *        |  waiting  |       free        |
 *
 * np_out_bytes() is the only function that moves last forward, and
 * np_out_flush() the only one that moves it back.  Numbers are written
 * backwards into a small array and leave padded through np_out_field().
 * write(2) is called raw: libc's is a cancellation point.
 */

#include "config.h"

#include "base/np_out.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/np_call.h"

/* a width beyond this is taken for a mistake */
#define NP_OUT_WIDTH 4096

/* digits of 2^64-1 and a sign; 16 hexadecimal digits and 0x fit too */
#define NP_OUT_DIGITS 24

/* the kernel's set of those that a write can bring */
#define NP_OUT_SIGNALS                                                        \
    ((uint64_t) 1 << (SIGPIPE - 1) | (uint64_t) 1 << (SIGXFSZ - 1))

typedef struct {
    int  left;
    int  zero;
    int  width;
    int  precision; /* -1: none */
    char length;    /* 'l' for l, ll, z and j: 64 bits all; 0: an int */
    char verb;
} np_out_spec_t;


void
np_out_init(np_out_t *o, int fd, char *buf, size_t n)
{
    o->start = buf;
    o->last = buf;
    o->end = buf + n;
    o->fd = fd;
    o->failed = 0;
    o->written = 0;

    if (fd == -1) {
        o->end--; /* of the 0 that ends the text */
        *buf = '\0';
    }
}


/* write(2), but for the signal that comes where nobody reads a pipe or a file
 * may not grow: what we have to say must not cost the program its life */
static long
np_out_write(int fd, const char *s, size_t n)
{
    static const struct timespec none;

    uint64_t set = NP_OUT_SIGNALS, old = 0, waits = 0;
    long     rc;

    (void) np_call_6(SYS_rt_sigprocmask, SIG_BLOCK, &set, &old, sizeof(old), 0,
                     0);

    /* only one that was blocked already can wait already */
    if (old & set) {
        (void) np_call(SYS_rt_sigpending, &waits, sizeof(waits), 0);
    }

    rc = np_call(SYS_write, fd, s, n);
    set &= ~waits;

    if (rc == -EPIPE || rc == -EFBIG) {
        (void) np_call_6(SYS_rt_sigtimedwait, &set, NULL, &none, sizeof(set),
                         0, 0);
    }

    (void) np_call_6(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, sizeof(old),
                     0, 0);

    return rc;
}


/* 1 once something can be written, or if a signal came; 0 if nobody reads */
static int
np_out_wait(int fd)
{
    struct pollfd   p = {.fd = fd, .events = POLLOUT};
    struct timespec wait = {.tv_sec = NP_OUT_WAIT};
    long            rc = np_call_6(SYS_ppoll, &p, 1, &wait, NULL, 0, 0);

    return rc > 0 || rc == -EINTR;
}


int
np_out_flush(np_out_t *o)
{
    const char *s;
    long        rc;

    if (o->fd == -1) {
        return o->failed ? -1 : 0;
    }

    for (s = o->start; s < o->last && !o->failed;) {
        rc = np_out_write(o->fd, s, (size_t) (o->last - s));

        if (rc > 0) {
            s += rc;
            o->written += (size_t) rc;

        } else if (rc != -EINTR && (rc != -EAGAIN || !np_out_wait(o->fd))) {
            o->failed = rc < 0 ? (int) -rc : EIO;
        }
    }

    o->last = o->start;

    return o->failed ? -1 : 0;
}


void
np_out_bytes(np_out_t *o, const char *s, size_t n)
{
    size_t room;

    while (n > 0 && !o->failed) {
        room = (size_t) (o->end - o->last);

        if (room == 0) {
            if (o->fd == -1) {
                o->failed = 1;
            } else {
                (void) np_out_flush(o);
            }

            continue;
        }

        if (room > n) {
            room = n;
        }

        memcpy(o->last, s, room);
        o->last += room;
        s += room;
        n -= room;
    }

    if (o->fd == -1) {
        *o->last = '\0';
    }
}


static void
np_out_repeat(np_out_t *o, char c, long n)
{
    for (; n > 0; n--) {
        np_out_bytes(o, &c, 1);
    }
}


/* s of n bytes, padded; zeros go behind its first `sign` bytes */
static void
np_out_field(np_out_t *o, const np_out_spec_t *f, const char *s, size_t n,
             size_t sign)
{
    long pad = f->width - (long) n;

    if (f->left) {
        np_out_bytes(o, s, n);
        np_out_repeat(o, ' ', pad);
        return;
    }

    if (f->zero && f->verb != 's' && f->verb != 'c') {
        np_out_bytes(o, s, sign);
        np_out_repeat(o, '0', pad);
        np_out_bytes(o, s + sign, n - sign);
        return;
    }

    np_out_repeat(o, ' ', pad);
    np_out_bytes(o, s, n);
}


static void
np_out_number(np_out_t *o, const np_out_spec_t *f, uint64_t v, unsigned base,
              const char *sign)
{
    char   buf[NP_OUT_DIGITS], *s;
    size_t n = strlen(sign);

    s = buf + sizeof(buf);

    do {
        *--s = "0123456789abcdef"[v % base];
        v /= base;
    } while (v != 0);

    s -= n;
    memcpy(s, sign, n);

    np_out_field(o, f, s, (size_t) (buf + sizeof(buf) - s), n);
}


/* digits or '*' at s into *n; where it ends */
static const char *
np_out_count(const char *s, int *n, va_list *ap)
{
    if (*s == '*') {
        *n = va_arg(*ap, int);

        if (*n > NP_OUT_WIDTH || *n < -NP_OUT_WIDTH) {
            *n = *n < 0 ? -NP_OUT_WIDTH : NP_OUT_WIDTH;
        }

        return s + 1;
    }

    for (*n = 0; *s >= '0' && *s <= '9'; s++) {
        if (*n < NP_OUT_WIDTH) {
            *n = *n * 10 + (*s - '0');
        }
    }

    return s;
}


/* the conversion behind a '%' at s; where it ends, or NULL if unknown */
static const char *
np_out_parse(np_out_spec_t *f, const char *s, va_list *ap)
{
    *f = (np_out_spec_t){.precision = -1};

    for (; *s == '-' || *s == '0'; s++) {
        if (*s == '-') {
            f->left = 1;
        } else {
            f->zero = 1;
        }
    }

    s = np_out_count(s, &f->width, ap);

    if (f->width < 0) {
        f->left = 1;
        f->width = -f->width;
    }

    if (*s == '.') {
        s = np_out_count(s + 1, &f->precision, ap);
    }

    if (*s == 'l' || *s == 'z' || *s == 'j') {
        f->length = 'l';
        s += s[0] == 'l' && s[1] == 'l' ? 2 : 1;
    }

    f->verb = *s;

    if (*s == '\0' || strchr("scdiuxp", *s) == NULL
        || (f->precision >= 0 && *s != 's')) {
        return NULL;
    }

    return s + 1;
}


static void
np_out_verb(np_out_t *o, const np_out_spec_t *f, va_list *ap)
{
    const char *s;
    char        c;
    size_t      n, max;
    int64_t     i;
    uint64_t    u;

    switch (f->verb) {

    case 's':
        s = va_arg(*ap, const char *);
        s = s == NULL ? "(null)" : s;
        max = f->precision < 0 ? SIZE_MAX : (size_t) f->precision;

        for (n = 0; n < max && s[n] != '\0'; n++) {
            /* void */
        }

        np_out_field(o, f, s, n, 0);
        break;

    case 'c':
        c = (char) va_arg(*ap, int);
        np_out_field(o, f, &c, 1, 0);
        break;

    case 'p':
        u = (uintptr_t) va_arg(*ap, const void *);
        np_out_number(o, f, u, 16, "0x");
        break;

    case 'd':
    case 'i':
        i = f->length ? va_arg(*ap, int64_t) : va_arg(*ap, int);
        u = i < 0 ? -(uint64_t) i : (uint64_t) i;
        np_out_number(o, f, u, 10, i < 0 ? "-" : "");
        break;

    default: /* 'u', 'x' */
        u = f->length ? va_arg(*ap, uint64_t) : va_arg(*ap, unsigned);
        np_out_number(o, f, u, f->verb == 'x' ? 16 : 10, "");
    }
}


void
np_outf(np_out_t *o, const char *fmt, ...)
{
    va_list       ap;
    const char   *s, *next;
    np_out_spec_t f;

    va_start(ap, fmt);

    for (s = fmt; *s != '\0'; s = next) {
        for (next = s; *next != '\0' && *next != '%'; next++) {
            /* void */
        }

        if (next > s) {
            np_out_bytes(o, s, (size_t) (next - s));
            continue;
        }

        if (s[1] == '%') {
            np_out_bytes(o, s, 1);
            next = s + 2;
            continue;
        }

        next = np_out_parse(&f, s + 1, &ap);

        if (next == NULL) {
            np_out_bytes(o, s, 1);
            next = s + 1;
            continue;
        }

        np_out_verb(o, &f, &ap);
    }

    va_end(ap);
}


const char *
np_out_size(char *buf, uint64_t n)
{
    static const char unit[] = "BKMGTPE";
    np_out_t          o;
    unsigned          k, shift;
    uint64_t          rest, tenths, whole;

    np_out_init(&o, -1, buf, 12);

    if (n < 1024) {
        np_outf(&o, "%u B", (unsigned) n);
        return buf;
    }

    for (k = 1;; k++) {
        shift = 10 * k;
        rest = n & (((uint64_t) 1 << shift) - 1);
        whole = (n >> shift) * 10;
        tenths
            = whole + ((rest * 10 + ((uint64_t) 1 << (shift - 1))) >> shift);

        /* also what rounds up to 1024 of a unit is 1.0 of the next one */
        if (tenths < 10235 || unit[k + 1] == '\0') {
            break;
        }
    }

    if (tenths < 1000) {
        np_outf(&o, "%u.%u %ciB", (unsigned) (tenths / 10),
                (unsigned) (tenths % 10), unit[k]);
    } else {
        whole = (n >> shift) + (rest >> (shift - 1));
        np_outf(&o, "%u %ciB", (unsigned) whole, unit[k]);
    }

    return buf;
}


/* bytes of the UTF-8 sequence at s (RFC 3629, section 4), 0 if it is none */
static size_t
np_out_utf8(const char *str)
{
    const unsigned char *s = (const unsigned char *) str;
    unsigned             low = 0x80, high = 0xbf;
    size_t               i, n;

    if (s[0] < 0x80) {
        return 1;
    }

    if (s[0] >= 0xc2 && s[0] <= 0xdf) {
        n = 2;
    } else if ((s[0] & 0xf0) == 0xe0) {
        n = 3;
        low = s[0] == 0xe0 ? 0xa0 : low;   /* too long otherwise */
        high = s[0] == 0xed ? 0x9f : high; /* surrogates */
    } else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
        n = 4;
        low = s[0] == 0xf0 ? 0x90 : low;
        high = s[0] == 0xf4 ? 0x8f : high; /* beyond U+10FFFF */
    } else {
        return 0;
    }

    if (s[1] < low || s[1] > high) {
        return 0;
    }

    for (i = 2; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return n;
}


void
np_out_json(np_out_t *o, const char *s)
{
    size_t n;

    for (; *s != '\0'; s += n) {
        n = np_out_utf8(s);

        if (n == 0) {
            np_outf(o, "\\ufffd");
            n = 1;

        } else if (*s == '"' || *s == '\\') {
            np_outf(o, "\\%c", *s);

        } else if (n == 1 && *s < 0x20) {
            np_outf(o, "\\u%04x", (unsigned) *s);

        } else {
            np_out_bytes(o, s, n);
        }
    }
}
