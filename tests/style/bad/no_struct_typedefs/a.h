typedef int (*handler)(int);
typedef struct buffer buffer; /* bad */
typedef enum { A, B } letter; /* bad */
