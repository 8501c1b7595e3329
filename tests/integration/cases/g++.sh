# shellcheck shell=bash
# needs: g++

set -e
cat >large.cc <<'END'
#include <algorithm>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

template <int N> struct Level {
    std::map<std::string, std::vector<std::variant<int, std::string>>> m;
    Level<N - 1> next;
    long run(int k)
    {
        for (int i = 0; i < k; i++) {
            m["k" + std::to_string(i * N % 97)].push_back(
                i % 2 ? std::variant<int, std::string>(i)
                      : std::variant<int, std::string>(std::to_string(i)));
        }
        long s = next.run(k);
        for (auto &e : m) {
            for (auto &v : e.second) {
                s += std::visit([](auto &x) -> long {
                    if constexpr (std::is_same_v<std::decay_t<decltype(x)>,
                                                 int>) {
                        return x;
                    } else {
                        return (long) x.size();
                    }
                }, v);
            }
        }
        return s;
    }
};

template <> struct Level<0> {
    long run(int) { return 0; }
};

int main()
{
    std::vector<std::future<long>> f;
    for (int i = 0; i < 4; i++) {
        f.push_back(std::async(std::launch::async, [i] {
            auto p = std::make_unique<Level<12>>();
            return p->run(2000 + i);
        }));
    }
    for (auto &x : f) {
        std::cout << x.get() << '\n';
    }
    try {
        std::vector<int> v;
        v.reserve(v.max_size());
    } catch (const std::bad_alloc &e) {
        std::cout << e.what() << '\n';
    } catch (const std::length_error &e) {
        std::cout << "length\n";
    }
    std::string text;
    for (int i = 0; i < 3000; i++) {
        text += "name" + std::to_string(i) + "=value; ";
    }
    std::regex re("(\\w+?)(\\d+)=");
    std::cout << std::distance(
        std::sregex_iterator(text.begin(), text.end(), re),
        std::sregex_iterator()) << '\n';
}
END
g++ -std=c++17 -O2 -S large.cc -o large.s
sha256sum <large.s
g++ -std=c++17 -O2 large.cc -o large -pthread
./large
