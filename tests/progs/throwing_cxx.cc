/*
 * A C++ program throws, in threads, across frames with destructors, nested,
 * and hands an exception to another thread.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static int caught[4];

struct buffer_t {
    std::vector<char> bytes;

    explicit buffer_t(size_t n) : bytes(n, 'x')
    {
    }

    ~buffer_t()
    {
        NP_NEED(bytes.empty() || bytes.back() == 'x');
    }
};


static void
deep(size_t n)
{
    buffer_t buffer(n * 100);

    if (n == 0) {
        throw std::runtime_error(std::string(1000, 'e'));
    }

    deep(n - 1);
}


static void
nested(size_t n)
{
    try {
        deep(n);

    } catch (...) {
        std::throw_with_nested(std::logic_error("outer"));
    }
}


static void
run(int *count, std::exception_ptr *last)
{
    for (size_t i = 0; i < 500; i++) {
        try {
            nested(i % 20);

        } catch (const std::logic_error &outer) {
            try {
                std::rethrow_if_nested(outer);

            } catch (const std::runtime_error &inner) {
                NP_NEED(std::string(inner.what()).size() == 1000);
                *last = std::current_exception();
                ++*count;
            }
        }
    }
}


int
main()
{
    std::exception_ptr last[4];

    for (int k = 0; k < 4; k++) {
        std::thread thread(run, &caught[k], &last[k]);

        thread.join();
        NP_NEED(caught[k] == 500);

        try {
            std::rethrow_exception(last[k]);

        } catch (const std::runtime_error &e) {
            caught[k]++;
            NP_NEED(std::string(e.what()).size() == 1000);
        }

        NP_NEED(caught[k] == 501);
    }

    return 0;
}
