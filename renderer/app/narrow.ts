/** Below this width the quay is a strip of icons. */
export const narrow = '@media (max-width: 899px)';
