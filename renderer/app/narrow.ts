/** Below this width the navigation is a strip of icons. */
export const narrow = '@media (max-width: 899px)';
