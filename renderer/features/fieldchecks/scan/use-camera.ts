import { type RefObject, useEffect, useRef, useState } from 'react';
import { invoke } from '../../../lib/desk';

/** `denied`: the system or the program says no; `none`: there is no camera; `busy`: another program has it. */
export type CameraState = 'asking' | 'live' | 'denied' | 'none' | 'busy';

const FRAME_MS = 600;
const MOST_SIDE = 1280;

function stateOf(error: unknown): CameraState {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  return 'denied';
}

/**
 * Runs the camera while it is shown and hands out a picture now and then, one after the other. A picture lives until it
 * was read; nothing of it is kept.
 */
export function useCamera(
  video: RefObject<HTMLVideoElement | null>,
  onFrame: (jpeg: Uint8Array) => Promise<void>,
): CameraState {
  const [state, setState] = useState<CameraState>('asking');
  const take = useRef(onFrame);
  take.current = onFrame;
  useEffect(() => {
    let isOver = false;
    let stream: MediaStream | null = null;
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    const run = async () => {
      // Main opens the gate for a moment: without it the camera is refused to this page as to any other.
      const answer = await invoke('scan.camera', {});
      if (!answer.ok) return setState('denied');
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { width: { ideal: MOST_SIDE }, facingMode: 'environment' },
        });
      } catch (error) {
        if (!isOver) setState(stateOf(error));
        return;
      }
      const element = video.current;
      if (isOver || element === null) return stop();
      element.srcObject = stream;
      await element.play().catch(() => undefined);
      setState('live');
      for (const track of stream.getTracks())
        track.addEventListener('ended', () => setState('none'));
      while (!isOver) {
        const jpeg = await frameOf(element);
        if (jpeg !== null && !isOver) await take.current(jpeg);
        await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
      }
    };
    void run();
    return () => {
      isOver = true;
      stop();
    };
  }, [video]);
  return state;
}

async function frameOf(video: HTMLVideoElement): Promise<Uint8Array | null> {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) return null;
  const scale = Math.min(1, MOST_SIDE / Math.max(videoWidth, videoHeight));
  const canvas = new OffscreenCanvas(
    Math.round(videoWidth * scale),
    Math.round(videoHeight * scale),
  );
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  return new Uint8Array(await blob.arrayBuffer());
}
