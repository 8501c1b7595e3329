/*
 * Destructors of C++ thread_local objects allocate and free, in threads and
 * in main.
 *
 * expect: exit 0
 */

#include "keep.h"

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

static std::atomic<int> destroyed;

struct local_t {
    std::map<int, std::string> names;
    std::vector<int>           numbers;

    void
    use(int n)
    {
        for (int i = 0; i < n; i++) {
            names[i] = std::string(static_cast<size_t>(i) * 10, 'x');
            numbers.push_back(i);
        }
    }

    ~local_t()
    {
        std::string last;

        for (auto &name : names) {
            NP_NEED(name.second.size()
                    == static_cast<size_t>(name.first) * 10);
            last += name.second;
        }

        NP_NEED(last.find_first_not_of('x') == std::string::npos);
        destroyed++;
    }
};

static thread_local local_t local;


int
main()
{
    local.use(100);

    for (int i = 0; i < 200; i++) {
        std::thread thread([i] { local.use(i % 50); });

        thread.join();
    }

    NP_NEED(destroyed == 200);

    return 0;
}
