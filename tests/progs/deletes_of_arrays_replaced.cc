/*
 * A program that replaces the operators for arrays: their sized and nothrow
 * forms come to its own, all others to the library's.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <new>

#define NP_BEFORE 32

static long live;


void *
operator new[](size_t n)
{
    char *m = static_cast<char *>(malloc(n + NP_BEFORE));

    NP_NEED(m != nullptr);
    live++;

    return m + NP_BEFORE;
}


void
operator delete[](void *m) noexcept
{
    if (m != nullptr) {
        live--;
        free(static_cast<char *>(m) - NP_BEFORE);
    }
}


int
main()
{
    ::operator delete[](np_keep(::operator new[](40)));
    ::operator delete[](np_keep(::operator new[](40)), 40);
    ::operator delete[](np_keep(::operator new[](40, std::nothrow)),
                        std::nothrow);
    NP_NEED(live == 0);

    ::operator delete(np_keep(::operator new(40)));
    ::operator delete(np_keep(::operator new(40)), 40);

    return 0;
}
