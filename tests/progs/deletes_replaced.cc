/*
 * A program that replaces the plain operators alone: the forms for arrays, the
 * sized and the nothrow ones, which it leaves to the library, come to its own.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <new>

#define NP_BEFORE 32

static long live;


void *
operator new(size_t n)
{
    char *m = static_cast<char *>(malloc(n + NP_BEFORE));

    NP_NEED(m != nullptr);
    live++;

    return m + NP_BEFORE;
}


void
operator delete(void *m) noexcept
{
    if (m != nullptr) {
        live--;
        free(static_cast<char *>(m) - NP_BEFORE);
    }
}


void *
operator new(size_t n, std::align_val_t align)
{
    size_t a = static_cast<size_t>(align);
    char  *m = static_cast<char *>(aligned_alloc(a, (n + 2 * a - 1) / a * a));

    NP_NEED(m != nullptr);
    live++;

    return m + a;
}


void
operator delete(void *m, std::align_val_t align) noexcept
{
    if (m != nullptr) {
        live--;
        free(static_cast<char *>(m) - static_cast<size_t>(align));
    }
}


int
main()
{
    auto align = static_cast<std::align_val_t>(64);

    ::operator delete(np_keep(::operator new(40)));
    ::operator delete(np_keep(::operator new(40)), 40);
    ::operator delete(np_keep(::operator new(40, std::nothrow)), std::nothrow);
    ::operator delete[](np_keep(::operator new[](40)));
    ::operator delete[](np_keep(::operator new[](40)), 40);
    ::operator delete[](np_keep(::operator new[](40, std::nothrow)),
                        std::nothrow);
    NP_NEED(live == 0);

    ::operator delete(np_keep(::operator new(40, align)), align);
    ::operator delete(np_keep(::operator new(40, align)), 40, align);
    ::operator delete(np_keep(::operator new(40, align, std::nothrow)), align,
                      std::nothrow);
    ::operator delete[](np_keep(::operator new[](40, align)), align);
    ::operator delete[](np_keep(::operator new[](40, align)), 40, align);
    ::operator delete[](np_keep(::operator new[](40, align, std::nothrow)),
                        align, std::nothrow);
    NP_NEED(live == 0);

    return 0;
}
