From Derivlab Require Import Certificate.
Open Scope R_scope.

(** back-propagation to W *)
Definition z (d : nat) (b : nat -> R) (W : nat -> nat -> R) (h : nat -> R) (i : nat) : R :=
  b i + bsum d (fun j => (W j i) * (h j)).
Definition yhat (K : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum K (fun k => exp (z k)))).
Definition J (K : nat) (yhat : nat -> R) (y : nat -> R) : R :=
  (-1) * (bsum K (fun k => (ln (yhat k)) * (y k))).
Theorem back_propagation_to_w : forall (K d : nat) (W : nat -> nat -> R) (h : nat -> R) (b : nat -> R) (y : nat -> R) (i j : nat),
  (0 < K)%nat ->
  (0 < d)%nat ->
  (i < d)%nat ->
  (j < K)%nat ->
  (bsum K (fun k => y k)) = 1 ->
  is_derive (fun t => J K (yhat K (z d b (upd2 W i j t) h)) y) (W i j)
    (((-1) * (y j) + yhat K (z d b W h) j) * (h i)).
Proof.
  intros K d W h b y i j Hsize_K Hsize_d Hin_i Hin_j H1.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => K | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => W a_ b_ | 1%nat, [a_] => h a_ | 2%nat, [a_] => b a_ | 3%nat, [a_] => y a_ | _, _ => 0 end)
    ([1; 0; 0; 1]%nat : list nat) ([i; j; 0; 0]%nat : list nat)
    ([] : list premise)
    ([([]%nat, (Sum 0 (Ten 3 [0]))%nat, ratio 1 1)] : list equation)
    ([] : list definition)
    0%nat ([0; 1]%nat : list nat)
    (Mul (Num (-1)) (Sum 0 (Mul (Ln (Mul (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))))))) (Ten 3 [0]))))%nat
    (Mul (Add (Mul (Num (-1)) (Ten 3 [1])) (Mul (Exp (Add (Ten 2 [1]) (Sum 1 (Mul (Ten 0 [0; 2]) (Ten 1 [0]))))) (Inv (Sum 0 (Exp (Add (Ten 2 [0]) (Sum 1 (Mul (Ten 0 [0; 1]) (Ten 1 [0]))))))))) (Ten 1 [0]))%nat.
Qed.
