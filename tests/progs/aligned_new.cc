/*
 * Types of large alignment are aligned when made by new, alone, in arrays
 * and in containers.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <memory>
#include <vector>

template <size_t A> struct alignas(A) aligned_t {
    char bytes[A];
};


template <size_t A>
static void
check()
{
    for (int i = 0; i < 100; i++) {
        auto                            one = std::make_unique<aligned_t<A>>();
        std::unique_ptr<aligned_t<A>[]> some(new aligned_t<A>[i % 5 + 1]);
        std::vector<aligned_t<A>>       many;

        for (int k = 0; k < 10; k++) {
            many.push_back(*one);
            NP_NEED(reinterpret_cast<uintptr_t>(many.data()) % A == 0);
        }

        NP_NEED(reinterpret_cast<uintptr_t>(np_keep(one.get())) % A == 0);
        NP_NEED(reinterpret_cast<uintptr_t>(np_keep(some.get())) % A == 0);
        np_keep_fill(one.get(), sizeof(*one), 1);
        np_keep_fill(some.get(), sizeof(*one), 2);
        NP_NEED(np_keep_is_filled(one.get(), sizeof(*one), 1));
    }
}


int
main()
{
    check<16>();
    check<32>();
    check<64>();
    check<128>();
    check<1024>();
    check<4096>();
    check<16384>();

    return 0;
}
