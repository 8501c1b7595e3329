/*
 * operator new throws std::bad_alloc when there is no memory, calls the new
 * handler before it does, and its nothrow form gives null.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <new>

static int handled;


static void
handler()
{
    if (++handled == 3) {
        std::set_new_handler(nullptr);
    }
}


template <typename F>
static bool
throws(F f)
{
    try {
        np_keep(f());

    } catch (const std::bad_alloc &) {
        return true;
    }

    return false;
}


int
main()
{
    size_t n = np_keep_size(PTRDIFF_MAX);
    auto   align = static_cast<std::align_val_t>(64);

    NP_NEED(throws([=] { return ::operator new(n); }));
    NP_NEED(throws([=] { return ::operator new[](n); }));
    NP_NEED(throws([=] { return ::operator new(n, align); }));
    NP_NEED(throws([=] { return ::operator new[](n, align); }));
    NP_NEED(np_keep(::operator new(n, std::nothrow)) == nullptr);
    NP_NEED(np_keep(::operator new[](n, std::nothrow)) == nullptr);
    NP_NEED(np_keep(::operator new(n, align, std::nothrow)) == nullptr);
    std::set_new_handler(handler);
    NP_NEED(throws([=] { return ::operator new(n); }));
    NP_NEED(handled == 3);

    return 0;
}
