/*
 * A USB device that exists only for the program started here: answers the ioctls of usbfs (linux/usbdevice_fs.h) in
 * the kernel's place, so that an unmodified libusb drives it, and takes every transfer to a socket, where the device
 * is played.
 *
 *   umockdev-wrapper rig SOCKET PROGRAM ARGUMENT...
 *
 * Frames on the socket, both ways: kind u8, length u32 little-endian, payload.
 *   from here  B bulk out, C control request to the interface (setup, 8 bytes)
 *   to here    B a message for bulk in, P plugs in (payload: descriptors, as the kernel's file of that name),
 *              U pulls, H holds the interface for another program (payload 1 or 0)
 * The program ends with the exit code of PROGRAM.
 */
#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <umockdev.h>
#include <unistd.h>

#define MAX_URBS 64
#define MAX_MESSAGES 4096
#define MAX_FRAME (1u << 20)
#define PACKET_BYTES 64
#define ENDPOINT_IN 0x80

struct urb_entry {
  UMockdevIoctlData *urb;
  UMockdevIoctlData *buffer;
  int is_done;
};

struct message {
  uint8_t *bytes;
  size_t length, offset;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct urb_entry urbs[MAX_URBS];
static int urb_count;
static struct message messages[MAX_MESSAGES];
static int message_count;
static int connection, is_plugged, is_held, plugging;
static char device_path[128];
static UMockdevTestbed *testbed;
static UMockdevIoctlBase *handler;

static void fail(const char *what) {
  fprintf(stderr, "umockdev rig: %s: %s\n", what, strerror(errno));
  exit(70);
}

/* Both threads send: a frame leaves whole, or the other's head would stand between its head and its payload. */
static void send_frame(uint8_t kind, const void *payload, uint32_t length) {
  static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER;
  uint8_t head[5] = {kind, length, length >> 8, length >> 16, length >> 24};
  pthread_mutex_lock(&sending);
  if (write(connection, head, 5) != 5 || write(connection, payload, length) != (ssize_t)length)
    fprintf(stderr, "umockdev rig: a frame was cut: %s\n", strerror(errno));
  pthread_mutex_unlock(&sending);
}

static struct usbdevfs_urb *urb_of(struct urb_entry *entry) {
  return (struct usbdevfs_urb *)entry->urb->data;
}

static void finish(struct urb_entry *entry, int status, int length) {
  struct usbdevfs_urb urb = *urb_of(entry);
  urb.status = status;
  urb.actual_length = length;
  umockdev_ioctl_data_update(entry->urb, 0, (guint8 *)&urb, sizeof urb);
  entry->is_done = 1;
}

/* Moves messages into waiting reads as a host controller does: until the buffer is full or a packet comes short. */
static void pump(void) {
  for (int index = 0; index < urb_count && message_count > 0; index++) {
    struct urb_entry *entry = &urbs[index];
    if (entry->is_done || !(urb_of(entry)->endpoint & ENDPOINT_IN)) continue;
    size_t room = urb_of(entry)->buffer_length, filled = 0;
    struct message *first = &messages[0];
    size_t left = first->length - first->offset;
    filled = left < room ? left : room;
    if (filled > 0)
      umockdev_ioctl_data_update(entry->buffer, 0, first->bytes + first->offset, filled);
    first->offset += filled;
    if (first->offset == first->length) {
      free(first->bytes);
      message_count--;
      memmove(messages, messages + 1, message_count * sizeof *messages);
    }
    finish(entry, 0, filled);
  }
}

static void drop_messages(void) {
  for (int index = 0; index < message_count; index++) free(messages[index].bytes);
  message_count = 0;
}

static void submit(UMockdevIoctlClient *client, UMockdevIoctlData *arg) {
  UMockdevIoctlData *urb_data =
      umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
  if (urb_data == NULL || urb_count == MAX_URBS) {
    umockdev_ioctl_client_complete(client, -1, ENOMEM);
    return;
  }
  struct usbdevfs_urb *urb = (struct usbdevfs_urb *)urb_data->data;
  UMockdevIoctlData *buffer =
      urb->buffer_length == 0
          ? NULL
          : umockdev_ioctl_data_resolve(urb_data, offsetof(struct usbdevfs_urb, buffer),
                                        urb->buffer_length, NULL);
  struct urb_entry *entry = &urbs[urb_count++];
  entry->urb = urb_data;
  entry->buffer = buffer;
  entry->is_done = 0;
  if (urb->type == USBDEVFS_URB_TYPE_CONTROL) {
    /* The one request that a program talking CCID sends is ABORT: what the reader was about to say is dropped. */
    drop_messages();
    send_frame('C', buffer->data, 8);
    finish(entry, 0, urb->buffer_length - 8);
  } else if (!(urb->endpoint & ENDPOINT_IN)) {
    send_frame('B', buffer == NULL ? NULL : buffer->data, urb->buffer_length);
    finish(entry, 0, urb->buffer_length);
  }
  umockdev_ioctl_client_complete(client, 0, 0);
  pump();
}

static void discard(UMockdevIoctlClient *client, UMockdevIoctlData *arg) {
  uintptr_t wanted = *(uintptr_t *)arg->data;
  for (int index = 0; index < urb_count; index++) {
    if (urbs[index].urb->client_addr != wanted || urbs[index].is_done) continue;
    finish(&urbs[index], -ENOENT, 0);
    umockdev_ioctl_client_complete(client, 0, 0);
    return;
  }
  umockdev_ioctl_client_complete(client, -1, EINVAL);
}

static void reap(UMockdevIoctlClient *client, UMockdevIoctlData *arg) {
  for (int index = 0; index < urb_count; index++) {
    if (!urbs[index].is_done) continue;
    UMockdevIoctlData *target = umockdev_ioctl_data_resolve(arg, 0, sizeof(void *), NULL);
    umockdev_ioctl_data_set_ptr(target, 0, urbs[index].urb);
    urb_count--;
    memmove(urbs + index, urbs + index + 1, (urb_count - index) * sizeof *urbs);
    umockdev_ioctl_client_complete(client, 0, 0);
    return;
  }
  /* The stand-in for a device file is always ready, so libusb asks without a pause. */
  usleep(500);
  umockdev_ioctl_client_complete(client, -1, is_plugged ? EAGAIN : ENODEV);
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer data) {
  (void)base;
  (void)data;
  unsigned long request = umockdev_ioctl_client_get_request(client);
  UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
  pthread_mutex_lock(&lock);
  if (request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY) {
    reap(client, arg);
  } else if (!is_plugged) {
    umockdev_ioctl_client_complete(client, -1, ENODEV);
  } else {
    switch (request) {
      case USBDEVFS_GET_CAPABILITIES: {
        UMockdevIoctlData *target = umockdev_ioctl_data_resolve(arg, 0, sizeof(uint32_t), NULL);
        uint32_t capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM;
        umockdev_ioctl_data_update(target, 0, (guint8 *)&capabilities, sizeof capabilities);
        umockdev_ioctl_client_complete(client, 0, 0);
        break;
      }
      case USBDEVFS_CLAIMINTERFACE:
      case USBDEVFS_DISCONNECT_CLAIM:
        umockdev_ioctl_client_complete(client, is_held ? -1 : 0, is_held ? EBUSY : 0);
        break;
      case USBDEVFS_GETDRIVER:
        umockdev_ioctl_client_complete(client, -1, ENODATA);
        break;
      case USBDEVFS_SUBMITURB:
        submit(client, arg);
        break;
      case USBDEVFS_DISCARDURB:
        discard(client, arg);
        break;
      default:
        umockdev_ioctl_client_complete(client, 0, 0);
    }
  }
  pthread_mutex_unlock(&lock);
  return TRUE;
}

static void plug(const uint8_t *descriptors, uint32_t length) {
  char *hex = malloc(length * 2 + 1);
  for (uint32_t index = 0; index < length; index++) sprintf(hex + index * 2, "%02X", descriptors[index]);
  int number = 2 + plugging++;
  snprintf(device_path, sizeof device_path, "/devices/pci0000:00/0000:00:14.0/usb1/1-%d", number);
  char *text = g_strdup_printf(
      "P: %s\nN: bus/usb/001/%03d=%s\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: BUSNUM=001\n"
      "E: DEVNUM=%03d\nE: DEVNAME=/dev/bus/usb/001/%03d\nE: MAJOR=189\nE: MINOR=%d\n"
      "A: busnum=1\\n\nA: devnum=%d\\n\nA: speed=12\\n\nA: bConfigurationValue=1\\n\n"
      "H: descriptors=%s\n",
      device_path, number, hex, number, number, number - 1, number, hex);
  GError *error = NULL;
  char node[64];
  snprintf(node, sizeof node, "/dev/bus/usb/001/%03d", number);
  /* First who answers, then what is seen: a program that looks at the bus just now would end at a device without. */
  if (!umockdev_testbed_attach_ioctl(testbed, node, handler, &error)) {
    fprintf(stderr, "umockdev rig: %s\n", error->message);
    exit(70);
  }
  if (!umockdev_testbed_add_from_string(testbed, text, &error)) {
    fprintf(stderr, "umockdev rig: %s\n", error->message);
    exit(70);
  }
  g_free(text);
  free(hex);
  pthread_mutex_lock(&lock);
  is_plugged = 1;
  pthread_mutex_unlock(&lock);
  char *path = g_strconcat("/sys", device_path, NULL);
  umockdev_testbed_uevent(testbed, path, "add");
  g_free(path);
}

static void pull(void) {
  pthread_mutex_lock(&lock);
  is_plugged = 0;
  drop_messages();
  for (int index = 0; index < urb_count; index++)
    if (!urbs[index].is_done) finish(&urbs[index], -ENODEV, 0);
  pthread_mutex_unlock(&lock);
  char *path = g_strconcat("/sys", device_path, NULL);
  umockdev_testbed_uevent(testbed, path, "remove");
  umockdev_testbed_remove_device(testbed, path);
  g_free(path);
}

static int read_all(void *target, size_t length) {
  for (size_t have = 0; have < length;) {
    ssize_t got = read(connection, (uint8_t *)target + have, length - have);
    if (got <= 0) return 0;
    have += got;
  }
  return 1;
}

static void *serve(void *unused) {
  uint8_t head[5];
  while (read_all(head, 5)) {
    uint32_t length = head[1] | head[2] << 8 | head[3] << 16 | (uint32_t)head[4] << 24;
    if (length > MAX_FRAME) fail("frame too long");
    uint8_t *payload = malloc(length + 1);
    if (!read_all(payload, length)) break;
    switch (head[0]) {
      case 'B':
        pthread_mutex_lock(&lock);
        if (message_count < MAX_MESSAGES && is_plugged) {
          messages[message_count++] = (struct message){payload, length, 0};
          payload = NULL;
          pump();
        }
        pthread_mutex_unlock(&lock);
        break;
      case 'P':
        plug(payload, length);
        break;
      case 'U':
        pull();
        break;
      case 'H':
        pthread_mutex_lock(&lock);
        is_held = payload[0];
        pthread_mutex_unlock(&lock);
        break;
    }
    send_frame('A', head, 1);
    free(payload);
  }
  return unused;
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: rig SOCKET PROGRAM ARGUMENT...\n");
    return 64;
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", arguments[1]);
  connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail("socket");
  testbed = umockdev_testbed_new();
  handler = umockdev_ioctl_base_new();
  g_signal_connect(handler, "handle-ioctl", G_CALLBACK(on_ioctl), NULL);
  pthread_t server;
  if (pthread_create(&server, NULL, serve, NULL) != 0) fail("thread");
  pid_t child = fork();
  if (child == 0) {
    execvp(arguments[2], arguments + 2);
    fail(arguments[2]);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}
