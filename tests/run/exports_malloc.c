/* Exports a malloc of its own, which comes before any that is preloaded. */
#include <stddef.h>

void *__libc_malloc(size_t size);
void *malloc(size_t size);


void *
malloc(size_t size)
{
    return __libc_malloc(size);
}


int
main(void)
{
    return malloc(1) == NULL;
}
