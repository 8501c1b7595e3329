/*
 * Every form of operator delete takes back what its operator new gave: the
 * process stays small.
 *
 * expect: exit 0
 * needs: reclaim unchecked
 */

#include "keep.h"

#include <new>


static void *
fill(void *m, size_t n)
{
    NP_NEED(m != nullptr);
    np_keep_fill(m, n, 1);

    return np_keep(m);
}


int
main()
{
    auto align = static_cast<std::align_val_t>(128);

    for (size_t i = 0; i < 60000; i++) {
        size_t n = i % 100 == 0 ? 40000 : i % 2000 + 1;

        ::operator delete(fill(::operator new(n), n));
        ::operator delete(fill(::operator new(n), n), n);
        ::operator delete(fill(::operator new(n), n), std::nothrow);
        ::operator delete[](fill(::operator new[](n), n));
        ::operator delete[](fill(::operator new[](n), n), n);
        ::operator delete[](fill(::operator new[](n), n), std::nothrow);
        ::operator delete(fill(::operator new(n, align), n), align);
        ::operator delete(fill(::operator new(n, align), n), n, align);
        ::operator delete[](fill(::operator new[](n, align), n), align);
        ::operator delete[](fill(::operator new[](n, align), n), n, align);
        ::operator delete(fill(::operator new(n, align, std::nothrow), n),
                          align, std::nothrow);
    }

    NP_NEED(np_keep_status("VmHWM:") <= 16 * 1024);

    return 0;
}
