/* What libjwt 1.17 wants of its file base64.c, which Debian's source package leaves out for its licence. For the release build;
   Debian's own build takes it from another library. The names are libjwt's. */
#ifndef LW_PACKAGING_LIBJWT_BASE64_H
#define LW_PACKAGING_LIBJWT_BASE64_H

/* Decodes up to the end of `text`, or to the first character that is none of base64's, into `out`, which has room for
   3 bytes for each 4 characters begun. Returns how many bytes there are; padding counts for nothing. */
int jwt_Base64decode(char *out, const char *text);

/* Encodes with padding and ends with a NUL. Returns the length with the NUL. */
int jwt_Base64encode(char *out, const char *bytes, int len);

#endif
