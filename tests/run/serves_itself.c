/* Exports a malloc of its own that has memory of its own, too. */
#include <stddef.h>

void *malloc(size_t size);
void  free(void *m);

static _Alignas(16) char serves_room[1 << 16];
static size_t serves_used;


void *
malloc(size_t size)
{
    size_t at = serves_used;

    if (size > sizeof(serves_room) - 16 - at) {
        return NULL;
    }
    serves_used += (size + 15) & ~(size_t) 15;
    return serves_room + at;
}


void
free(void *m)
{
    (void) m;
}


int
main(void)
{
    return malloc(1) == NULL;
}
