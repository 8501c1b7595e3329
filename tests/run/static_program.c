/* Is linked statically, where that is possible: nothing can be preloaded. */
#include <stdio.h>


int
main(void)
{
    return puts("static") == EOF;
}
