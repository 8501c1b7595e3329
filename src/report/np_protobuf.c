/*
 * The wire format of Protocol Buffers: a field is a varint of its number and
 * its wire type, then a varint, or a length and so many bytes.
 */
#include "config.h"

#include "report/np_protobuf.h"

#include <stdlib.h>
#include <string.h>

enum {
    NP_PROTOBUF_VARINT = 0,
    NP_PROTOBUF_LENGTH = 2
};


static void
np_protobuf_put(np_protobuf_t *b, const void *data, size_t n)
{
    size_t         capacity = b->capacity == 0 ? 256 : b->capacity;
    unsigned char *grown;

    while (capacity - b->n < n && capacity <= SIZE_MAX / 4) {
        capacity *= 2;
    }
    if (capacity != b->capacity && !b->failed) {
        grown = realloc(b->data, capacity);
        if (grown == NULL) {
            b->failed = 1;
        } else {
            b->data = grown;
            b->capacity = capacity;
        }
    }
    if (!b->failed && b->capacity - b->n >= n) {
        memcpy(b->data + b->n, data, n);
        b->n += n;
    } else {
        b->failed = 1;
    }
}


void
np_protobuf_fini(np_protobuf_t *b)
{
    free(b->data);
    memset(b, 0, sizeof(*b));
}


void
np_protobuf_varint(np_protobuf_t *b, uint64_t value)
{
    unsigned char byte[10];
    size_t        n = 0;

    for (; value >= 0x80; value >>= 7) {
        byte[n++] = (unsigned char) (value | 0x80);
    }
    byte[n++] = (unsigned char) value;
    np_protobuf_put(b, byte, n);
}


void
np_protobuf_number(np_protobuf_t *b, unsigned field, uint64_t value)
{
    if (value != 0) {
        np_protobuf_varint(b, field << 3 | NP_PROTOBUF_VARINT);
        np_protobuf_varint(b, value);
    }
}


void
np_protobuf_bytes(np_protobuf_t *b, unsigned field, const void *data, size_t n)
{
    np_protobuf_varint(b, field << 3 | NP_PROTOBUF_LENGTH);
    np_protobuf_varint(b, n);
    if (n != 0) {
        np_protobuf_put(b, data, n);
    }
}


void
np_protobuf_part(np_protobuf_t *b, unsigned field, np_protobuf_t *part)
{
    np_protobuf_bytes(b, field, part->data, part->n);
    b->failed |= part->failed;
    part->n = 0;
}
