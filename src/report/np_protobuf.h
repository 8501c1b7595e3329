#ifndef NP_PROTOBUF_H
#define NP_PROTOBUF_H

/*
 * The wire format of Protocol Buffers, as far as writing messages of integers,
 * strings and messages needs it
 * (https://protobuf.dev/programming-guides/encoding).  A buffer holds one
 * message; once memory ran out it stays `failed` and takes nothing more.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct {
    unsigned char *data;
    size_t         n, capacity;
    int            failed;
} np_protobuf_t; /* zeroes: empty */

void np_protobuf_fini(np_protobuf_t *b);

/* without a field: an element of a packed one */
void np_protobuf_varint(np_protobuf_t *b, uint64_t value);

/* 0 is the default and left out */
void np_protobuf_number(np_protobuf_t *b, unsigned field, uint64_t value);

void np_protobuf_bytes(np_protobuf_t *b, unsigned field, const void *data,
                       size_t n);

/* part, a message or a packed field, becomes a field and empty */
void np_protobuf_part(np_protobuf_t *b, unsigned field, np_protobuf_t *part);

#endif
