// Photos as they are kept and sent: small enough for a bad network, and without what the camera wrote into the file (place, phone).
import type { Photo } from "./inspect-store";

const LONGEST = 1600; // points along the longer side: a page of print stays readable
const QUALITY = 0.82;

function jpeg(canvas: HTMLCanvasElement): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** Return a photo made smaller; one that this browser cannot draw is kept as it is, and the server says if it cannot take it. */
export async function smaller(file: File): Promise<Photo> {
  const name = file.name.replace(/\.[^.]*$/, "") || "photo";
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await jpeg(canvas);
    if (blob) return { name: `${name}.jpg`, blob };
  } catch {
    // Not a picture for this browser: the original goes.
  }
  return { name: file.name || "photo", blob: file };
}
