#include "base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int jwt_Base64decode(char *out, const char *text)
{
    uint32_t bits = 0;
    int held = 0, n = 0;
    for (const char *digit; *text && (digit = strchr(digits, *text)); text++) {
        bits = bits << 6 | (uint32_t)(digit - digits);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[n++] = (char)(bits >> held & 0xff);
        }
    }
    return n;
}

int jwt_Base64encode(char *out, const char *bytes, int len)
{
    char *to = out;
    for (int i = 0; i < len; i += 3) {
        int left = len - i;
        uint32_t bits = (uint32_t)(unsigned char)bytes[i] << 16;
        bits |= left > 1 ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)(unsigned char)bytes[i + 2] : 0;
        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = left > 1 ? digits[bits >> 6 & 63] : '=';
        *to++ = left > 2 ? digits[bits & 63] : '=';
    }
    *to++ = '\0';
    return (int)(to - out);
}
