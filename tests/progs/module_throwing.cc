/*
 * The module of c_program_dlopens_throwing_cxx: throws and catches.
 */

#include <stdexcept>
#include <string>

extern "C" int module_throws(int n);


/* n, by way of an exception */
int
module_throws(int n)
{
    try {
        if (n >= 0) {
            throw std::runtime_error(std::to_string(n));
        }

    } catch (const std::exception &e) {
        return std::stoi(e.what());
    }

    return -1;
}
