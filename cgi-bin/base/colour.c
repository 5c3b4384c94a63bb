/*
 * colour.c: contrast. Contract in colour.h.
 */
#include "base/colour.h"
#include "base/ascii.h"
#include <math.h>
#include <string.h>

bool colour_read(const char *text, struct colour *out)
{
    unsigned char *parts[] = {&out->red, &out->green, &out->blue};

    text += *text == '#';
    if (strlen(text) != 6 || strspn(text, "0123456789abcdefABCDEF") != 6)
        return false;
    for (int i = 0; i < 3; i++)
        *parts[i] = (unsigned char)(ascii_hex(text[2 * i]) * 16 + ascii_hex(text[2 * i + 1]));
    return true;
}

static double linear(unsigned char channel)
{
    double value = channel / 255.0;

    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour colour)
{
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
           0.0722 * linear(colour.blue);
}

double colour_contrast(struct colour one, struct colour other)
{
    double a = luminance(one) + 0.05, b = luminance(other) + 0.05;

    return a > b ? a / b : b / a;
}
