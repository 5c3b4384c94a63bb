/*
 * picture.c: cards and codes as PNG. Contract in picture.h. Sizes and colours are those of the card
 * as SVG (templates/embed/card.mustache, card.css), with the same room for letters.
 */
#include "view/picture.h"
#include "base/colour.h"
#include "base/log.h"
#include "view/qr.h"
#include <cairo/cairo-ft.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FONT_FOLDER "/usr/share/fonts/truetype/dejavu/"
#define LINES_MAX   8

enum weight { WEIGHT_NORMAL, WEIGHT_BOLD, WEIGHT__MAX };

static const char *const font_files[WEIGHT__MAX] = {
    [WEIGHT_NORMAL] = FONT_FOLDER "DejaVuSans.ttf",
    [WEIGHT_BOLD] = FONT_FOLDER "DejaVuSans-Bold.ttf",
};

struct font {
    void *bytes; /* the mapped file, MAP_FAILED if there is none */
    size_t size;
    FT_Face face;
    cairo_font_face_t *drawn;
};

struct picture_fonts {
    FT_Library library;
    struct font fonts[WEIGHT__MAX];
};

/* As 0xrrggbb. */
struct colours {
    unsigned paper, line, ink, soft, door;
};

static const struct colours light_colours = {0xffffff, 0xd9d5ca, 0x1a1f24, 0x434a52, 0x0b5b48};
static const struct colours dark_colours = {0x13171a, 0x353d43, 0xeef1f2, 0xbcc5cb, 0x8fe0c4};

/* --- fonts --- */

static enum err map_font(struct font *font, const char *path)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    enum err err = ERR_NONE;

    if (file < 0 || fstat(file, &about) != 0) {
        log_warning("%s: not there, so there are no pictures as PNG; install fonts-dejavu-core",
                    path);
        err = ERR_NOT_FOUND;
    } else {
        font->size = (size_t)about.st_size;
        font->bytes = mmap(NULL, font->size, PROT_READ, MAP_PRIVATE, file, 0);
        err = font->bytes != MAP_FAILED ? ERR_NONE : ERR_MEMORY;
    }
    if (file >= 0)
        close(file);
    return err;
}

static enum err open_font(struct picture_fonts *fonts, enum weight weight)
{
    struct font *font = &fonts->fonts[weight];
    enum err err = map_font(font, font_files[weight]);

    if (err == ERR_NONE &&
        FT_New_Memory_Face(fonts->library, font->bytes, (FT_Long)font->size, 0, &font->face) != 0)
        err = ERR_MEMORY;
    if (err != ERR_NONE)
        return err;
    font->drawn = cairo_ft_font_face_create_for_ft_face(font->face, 0);
    return cairo_font_face_status(font->drawn) == CAIRO_STATUS_SUCCESS ? ERR_NONE : ERR_MEMORY;
}

enum err picture_fonts_open(struct picture_fonts **out)
{
    struct picture_fonts *fonts = calloc(1, sizeof *fonts);
    enum err err = fonts != NULL ? ERR_NONE : ERR_MEMORY;

    *out = NULL;
    if (err != ERR_NONE)
        return err;
    for (int weight = 0; weight < WEIGHT__MAX; weight++)
        fonts->fonts[weight].bytes = MAP_FAILED;
    if (FT_Init_FreeType(&fonts->library) != 0)
        err = ERR_MEMORY;
    for (int weight = 0; weight < WEIGHT__MAX && err == ERR_NONE; weight++)
        err = open_font(fonts, (enum weight)weight);
    if (err != ERR_NONE)
        picture_fonts_close(fonts);
    else
        *out = fonts;
    return err;
}

void picture_fonts_close(struct picture_fonts *fonts)
{
    if (fonts == NULL)
        return;
    for (int weight = 0; weight < WEIGHT__MAX; weight++)
        if (fonts->fonts[weight].drawn != NULL)
            cairo_font_face_destroy(fonts->fonts[weight].drawn);
    cairo_debug_reset_static_data(); /* cairo keeps scaled fonts, and through them the faces */
    for (int weight = 0; weight < WEIGHT__MAX; weight++) {
        struct font *font = &fonts->fonts[weight];

        if (font->face != NULL)
            FT_Done_Face(font->face);
        if (font->bytes != MAP_FAILED)
            munmap(font->bytes, font->size);
    }
    if (fonts->library != NULL)
        FT_Done_FreeType(fonts->library);
    free(fonts);
}

/* --- drawing --- */

static cairo_status_t append(void *context, const unsigned char *bytes, unsigned len)
{
    struct buffer *out = context;

    buffer_add(out, bytes, len);
    return buffer_failed(out) ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* Appends the surface as PNG, and lets go of it and of its pen. */
static enum err finish(struct buffer *out, cairo_surface_t *surface, cairo_t *pen)
{
    size_t before = out->len;
    bool drawn = cairo_status(pen) == CAIRO_STATUS_SUCCESS;

    cairo_destroy(pen);
    if (drawn)
        drawn = cairo_surface_write_to_png_stream(surface, append, out) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    if (!drawn)
        buffer_cut(out, before);
    return drawn && !buffer_failed(out) ? ERR_NONE : ERR_MEMORY;
}

static void use_colour(cairo_t *pen, unsigned colour)
{
    cairo_set_source_rgb(pen, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
                         (colour & 0xff) / 255.0);
}

static void fill_box(cairo_t *pen, unsigned colour, double x, double y, double width, double height)
{
    use_colour(pen, colour);
    cairo_rectangle(pen, x, y, width, height);
    cairo_fill(pen);
}

/* Writes text from x, y on; letters get smaller where it would be wider than room. */
static void write_line(cairo_t *pen, const struct font *font, double size, double x, double y,
                       double room, const char *text)
{
    cairo_text_extents_t extents;

    cairo_set_font_face(pen, font->drawn);
    cairo_set_font_size(pen, size);
    cairo_text_extents(pen, text, &extents);
    if (extents.x_advance > room)
        cairo_set_font_size(pen, size * room / extents.x_advance);
    cairo_move_to(pen, x, y);
    cairo_show_text(pen, text);
}

/* Cuts text into its lines that are not empty; returns how many. */
static int cut_lines(char *text, char *lines[LINES_MAX])
{
    int count = 0;
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL && count < LINES_MAX;
         line = strtok_r(NULL, "\n", &rest))
        if (line[strspn(line, " \t")] != '\0')
            lines[count++] = line + strspn(line, " \t");
    return count;
}

/* Letters as wide as they are, not as a grid of pixels would have them: lines can then be made to
 * fit. */
static void use_even_letters(cairo_t *pen)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(pen, options);
    cairo_font_options_destroy(options);
}

/* The theme's colours, with the owner's accent where there is one (checked by the settings). */
static struct colours colours_of(const struct picture_look *look)
{
    struct colours colours = look->dark ? dark_colours : light_colours;
    struct colour own;

    if (colour_read(look->accent, &own))
        colours.door = (unsigned)own.red << 16 | (unsigned)own.green << 8 | own.blue;
    return colours;
}

static void draw_card(cairo_t *pen, const struct picture_fonts *fonts, char *const lines[],
                      int count, const struct picture_look *look)
{
    const struct colours own = colours_of(look), *colours = &own;
    int width = look->width, height = look->height;
    const struct font *normal = &fonts->fonts[WEIGHT_NORMAL], *bold = &fonts->fonts[WEIGHT_BOLD];
    double room = width - 24 - 12;

    fill_box(pen, colours->line, 0, 0, width, height);
    fill_box(pen, colours->paper, 1, 1, width - 2, height - 2);
    fill_box(pen, colours->door, 0, 12, 6, height - 24);
    use_even_letters(pen);
    use_colour(pen, colours->soft);
    write_line(pen, normal, 13, 24, 32, room, lines[0]);
    write_line(pen, normal, 13, 24, height - 18, room, lines[count - 1]);
    use_colour(pen, colours->ink);
    for (int i = 1; i < count - 1; i++)
        write_line(pen, bold, 17, 24, 36 + 26 * i, room, lines[i]);
}

enum err picture_card(struct buffer *out, struct picture_fonts *fonts, const char *text,
                      const struct picture_look *look)
{
    cairo_surface_t *surface;
    char *lines[LINES_MAX];
    char *copy;
    cairo_t *pen;
    int count;

    if (fonts == NULL)
        return ERR_NOT_FOUND;
    copy = strdup(text);
    if (copy == NULL)
        return ERR_MEMORY;
    count = cut_lines(copy, lines);
    if (count < 2) {
        free(copy);
        return ERR_INVALID;
    }
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, look->width * PICTURE_SCALE,
                                         look->height * PICTURE_SCALE);
    pen = cairo_create(surface);
    cairo_scale(pen, PICTURE_SCALE, PICTURE_SCALE);
    draw_card(pen, fonts, lines, count, look);
    free(copy);
    return finish(out, surface, pen);
}

enum err picture_code(struct buffer *out, const char *address, int pixels)
{
    unsigned char *modules = NULL;
    cairo_surface_t *surface;
    cairo_t *pen;
    int size;
    enum err err = qr_modules(address, &modules, &size);

    if (err != ERR_NONE)
        return err;
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, size * pixels, size * pixels);
    pen = cairo_create(surface);
    cairo_scale(pen, pixels, pixels);
    cairo_set_antialias(pen, CAIRO_ANTIALIAS_NONE);
    fill_box(pen, 0xffffff, 0, 0, size, size);
    use_colour(pen, 0x000000);
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++)
            if (modules[y * size + x])
                cairo_rectangle(pen, x, y, 1, 1);
    cairo_fill(pen);
    free(modules);
    return finish(out, surface, pen);
}
